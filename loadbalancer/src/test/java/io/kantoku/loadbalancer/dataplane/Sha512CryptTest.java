package io.kantoku.loadbalancer.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The vectors are what {@code openssl passwd -6} prints. */
class Sha512CryptTest {
    @Test
    void hashesAsTheSystemDoes() {
        assertThat(Sha512Crypt.hash("Hello world!", "$6$saltstring"))
                .isEqualTo(
                        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1");
        assertThat(Sha512Crypt.hash(
                        "a very much longer text to encrypt.  This one even stretches over more than one line.",
                        "$6$rounds=1400$anotherlongsaltstring"))
                .isEqualTo(
                        "$6$rounds=1400$anotherlongsalts$WV8KW2lepsuKk13lXtVGnnEyZ.bCxFvSok6ZnkjRIa5iL0cAfvQyaZ2uA5CUvArDxyp3l9B"
                                + "/Z4D.HNqsIPpXk1");
        assertThat(Sha512Crypt.hash("pässwörd", "$6$0123456789abcdef"))
                .isEqualTo(
                        "$6$0123456789abcdef$SbYrq9vmP3mhdocMu6pAC/f.xWxY2daFD3BB.LQwWeU2vm9Kk529r2RRD35SLt1PrlKfEVlyiymFPnfN"
                                + "DWfx6.");
    }

    @Test
    void acceptsTheRightPasswordOnly() {
        String hash = Sha512Crypt.hash("right", new Random(1));

        assertThat(Sha512Crypt.verify("right", hash)).isTrue();
        assertThat(Sha512Crypt.verify("wrong", hash)).isFalse();
        assertThat(Sha512Crypt.verify("right", "right")).isFalse();
        assertThat(hash).startsWith("$6$").isNotEqualTo(Sha512Crypt.hash("right", new Random(2)));
    }
}
