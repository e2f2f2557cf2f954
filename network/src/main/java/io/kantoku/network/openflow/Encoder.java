package io.kantoku.network.openflow;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The bytes of OpenFlow messages. A message too large for the protocol (64 kB) does not fit its buffer. */
final class Encoder {
    static final byte VERSION = 4;
    static final int HELLO = 0;
    static final int ERROR = 1;
    static final int ECHO_REQUEST = 2;
    static final int FLOW_MOD = 14;
    static final int GROUP_MOD = 15;
    static final int MULTIPART_REQUEST = 18;
    static final int MULTIPART_REPLY = 19;
    static final int BARRIER_REQUEST = 20;
    static final int BARRIER_REPLY = 21;
    static final int MULTIPART_FLOW = 1;
    static final int MULTIPART_GROUP_DESCRIPTION = 7;

    private static final int ANY = 0xffffffff;
    private static final int ALL_TABLES = 0xff;
    private static final int NICIRA = 0x00002320;
    private static final int ADD_OR_MODIFY_GROUP = 0x8000;
    private static final int DELETE_GROUP = 2;
    private static final int SELECT = 1;
    private static final int BACK = 0xfffffff8;
    private static final int BACK_16 = 0xfff8;

    private static final int ADD_FLOW = 0;
    private static final int DELETE_FLOWS = 3;
    private static final int DELETE_FLOW = 4;

    private final ByteBuffer out;
    private final int xid;

    /** Writes messages with one transaction number into a buffer. */
    Encoder(ByteBuffer out, int xid) {
        this.out = out;
        this.xid = xid;
    }

    void empty(int type) {
        end(begin(type));
    }

    void put(Flow flow, long cookie) {
        int start = begin(FLOW_MOD);
        flowHeader(cookie, 0, flow.table(), ADD_FLOW, flow.key().priority());
        match(flow.key().match());
        if (!flow.actions().isEmpty()) {
            int instruction = out.position();
            out.putShort((short) 4).putShort((short) 0).putInt(0); // apply actions
            flow.actions().forEach(this::action);
            out.putShort(instruction + 2, (short) (out.position() - instruction));
        }
        end(start);
    }

    void remove(Flow.Key key) {
        int start = begin(FLOW_MOD);
        flowHeader(0, 0, key.table(), DELETE_FLOW, key.priority());
        match(key.match());
        end(start);
    }

    /** Removes every flow with this cookie. */
    void removeAll(long cookie) {
        int start = begin(FLOW_MOD);
        flowHeader(cookie, -1L, ALL_TABLES, DELETE_FLOWS, 0);
        match(Match.ANY);
        end(start);
    }

    private void flowHeader(long cookie, long mask, int table, int command, int priority) {
        out.putLong(cookie).putLong(mask).put((byte) table).put((byte) command);
        out.putShort((short) 0).putShort((short) 0).putShort((short) priority);
        out.putInt(ANY).putInt(ANY).putInt(ANY); // no buffered packet, any output port and group
        out.putInt(0);
    }

    void put(SelectGroup group) {
        int start = begin(GROUP_MOD);
        out.putShort((short) ADD_OR_MODIFY_GROUP)
                .put((byte) SELECT)
                .put((byte) 0)
                .putInt(group.id());
        for (List<Action> bucket : group.buckets()) {
            int at = out.position();
            out.putShort((short) 0)
                    .putShort((short) 100)
                    .putInt(ANY)
                    .putInt(ANY)
                    .putInt(0);
            bucket.forEach(this::action);
            out.putShort(at, (short) (out.position() - at));
        }
        end(start);
    }

    void removeGroup(int id) {
        int start = begin(GROUP_MOD);
        out.putShort((short) DELETE_GROUP).put((byte) SELECT).put((byte) 0).putInt(id);
        end(start);
    }

    /** Asks for all flows. */
    void requestFlows() {
        int start = begin(MULTIPART_REQUEST);
        out.putShort((short) MULTIPART_FLOW).putShort((short) 0).putInt(0);
        out.put((byte) ALL_TABLES).put(new byte[3]).putInt(ANY).putInt(ANY).putInt(0);
        out.putLong(0).putLong(0);
        match(Match.ANY);
        end(start);
    }

    /** Asks for all groups. */
    void requestGroups() {
        int start = begin(MULTIPART_REQUEST);
        out.putShort((short) MULTIPART_GROUP_DESCRIPTION).putShort((short) 0).putInt(0);
        end(start);
    }

    private int begin(int type) {
        int start = out.position();
        out.put(VERSION).put((byte) type).putShort((short) 0).putInt(xid);
        return start;
    }

    private void end(int start) {
        out.putShort(start + 2, (short) (out.position() - start));
    }

    private void match(Match match) {
        int start = out.position();
        out.putShort((short) 1).putShort((short) 0);
        for (Match.Test test : match.tests()) {
            boolean masked = test.mask() != test.field().all();
            out.putInt(test.field().header(masked));
            number(test.value(), test.field().bytes());
            if (masked) {
                number(test.mask(), test.field().bytes());
            }
        }
        out.putShort(start + 2, (short) (out.position() - start));
        pad(start);
    }

    private void action(Action action) {
        int start = out.position();
        switch (action) {
            case Action.Output output -> output(output.port());
            case Action.OutputBack _ -> output(BACK);
            case Action.DecrementTtl _ ->
                out.putShort((short) 24).putShort((short) 8).putInt(0);
            case Action.Group group ->
                out.putShort((short) 22).putShort((short) 8).putInt(group.id());
            case Action.OutputTo output -> {
                extension(15);
                out.putShort(slice(0, output.port().bits()))
                        .putInt(output.port().header(false));
                out.putShort((short) 0).put(new byte[6]);
            }
            case Action.Load load -> {
                extension(7);
                out.putShort(slice(load.offset(), load.bits()))
                        .putInt(load.field().header(false))
                        .putLong(load.value());
            }
            case Action.Move move -> {
                extension(6);
                out.putShort((short) move.from().bits()).putShort((short) 0).putShort((short) 0);
                out.putInt(move.from().header(false)).putInt(move.to().header(false));
            }
            case Action.Resubmit resubmit -> {
                extension(14);
                out.putShort((short) BACK_16).put((byte) resubmit.table()).put(new byte[3]);
            }
            case Action.Track track -> {
                extension(35);
                out.putShort((short) (track.commit() ? 1 : 0)).putInt(0).putShort((short) track.zone());
                out.put((byte) orNone(track.table())).put(new byte[3]).putShort((short) 0);
                track.then().forEach(this::action);
            }
            case Action.Nat nat -> {
                extension(36);
                out.putShort((short) 0);
                nat(nat);
            }
            case Action.Conjunction conjunction -> {
                extension(34);
                out.put((byte) conjunction.clause())
                        .put((byte) conjunction.clauses())
                        .putInt(conjunction.id());
            }
            case Action.Learn learn -> {
                extension(16);
                out.putShort((short) learn.idleTimeout()).putShort((short) 0).putShort((short) learn.priority());
                out.putLong(learn.cookie())
                        .putShort((short) 0)
                        .put((byte) learn.table())
                        .put((byte) 0)
                        .putInt(0);
                learn.specs().forEach(this::spec);
            }
        }
        pad(start);
        out.putShort(start + 2, (short) (out.position() - start));
    }

    private static int orNone(OptionalInt table) {
        return table.orElse(0xff);
    }

    private void output(int port) {
        out.putShort((short) 0)
                .putShort((short) 16)
                .putInt(port)
                .putShort((short) 0)
                .put(new byte[6]);
    }

    private void extension(int subtype) {
        out.putShort((short) 0xffff).putShort((short) 0).putInt(NICIRA).putShort((short) subtype);
    }

    private static short slice(int offset, int bits) {
        return (short) (offset << 6 | (bits - 1));
    }

    private void nat(Action.Nat nat) {
        switch (nat) {
            case Action.Nat.Existing _ -> out.putShort((short) 0).putShort((short) 0);
            case Action.Nat.Source source ->
                out.putShort((short) 1).putShort((short) 1).putInt(source.address());
            case Action.Nat.Destination to ->
                out.putShort((short) 2)
                        .putShort((short) (1 | 16))
                        .putInt(to.address())
                        .putShort((short) to.port());
        }
    }

    private void spec(Action.Learn.Spec spec) {
        final int immediate = 1 << 13;
        final int load = 1 << 11;
        switch (spec) {
            case Action.Learn.Spec.MatchValue match -> {
                out.putShort((short) (immediate | match.field().bits()));
                // Immediates are whole 16-bit words, the value in the low bits.
                number(match.value(), match.field().bytes() + match.field().bytes() % 2);
                out.putInt(match.field().header(false)).putShort((short) 0);
            }
            case Action.Learn.Spec.MatchSame match -> {
                out.putShort((short) match.field().bits());
                out.putInt(match.field().header(false)).putShort((short) 0);
                out.putInt(match.field().header(false)).putShort((short) 0);
            }
            case Action.Learn.Spec.LoadSame same -> {
                out.putShort((short) (load | same.field().bits()));
                out.putInt(same.field().header(false)).putShort((short) 0);
                out.putInt(same.field().header(false)).putShort((short) 0);
            }
            case Action.Learn.Spec.LoadValue value -> {
                out.putShort((short) (immediate | load | value.bits())).putShort((short) value.value());
                out.putInt(value.field().header(false)).putShort((short) value.offset());
            }
        }
    }

    private void number(long value, int bytes) {
        IntStream.range(0, bytes).forEach(i -> out.put((byte) (value >>> (8 * (bytes - 1 - i)))));
    }

    private void pad(int start) {
        while ((out.position() - start) % 8 != 0) {
            out.put((byte) 0);
        }
    }
}
