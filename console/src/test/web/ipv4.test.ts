import { describe, expect, it } from 'vitest';
import { formatAddress, formatRange, maskPrefix, parseAddress, parseCidr, parseRange, parseRanges, size } from '../../main/web/net/ipv4';

describe('addresses', () => {
  it('reads what it writes', () => {
    for (let seed = 1, value = 0; seed < 500; seed++) {
      value = (value * 1_103_515_245 + 12_345 + seed * 7919) % 2 ** 32;
      expect(parseAddress(formatAddress(value)), `seed ${seed}`).toBe(value);
    }
  });

  it.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.a', '-1.2.3.4', '1..2.3'])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('knows masks, and those that are none', () => {
    expect(maskPrefix('255.255.255.0')).toBe(24);
    expect(maskPrefix('0.0.0.0')).toBe(0);
    expect(maskPrefix('255.255.255.255')).toBe(32);
    expect(maskPrefix('255.0.255.0')).toBeUndefined();
  });

  it('takes the bits beyond a prefix off', () => {
    expect(formatAddress(parseCidr('193.0.2.0/16')?.first ?? 0)).toBe('193.0.0.0');
    expect(parseCidr('10.0.0.0/33')).toBeUndefined();
    expect(parseCidr('10.0.0.0')).toBeUndefined();
  });
});

describe('ranges', () => {
  it.each([
    ['10.44.59.51-10.44.59.99', '10.44.59.51-10.44.59.99', 49],
    ['10.44.59.51 - 99', '10.44.59.51-10.44.59.99', 49],
    ['10.44.59.51', '10.44.59.51', 1],
    ['10.44.60.0/26', '10.44.60.0-10.44.60.63', 64],
  ])('reads %s', (text, written, count) => {
    const range = parseRange(text);
    expect(range && formatRange(range)).toBe(written);
    expect(range && size(range)).toBe(count);
  });

  it('refuses one that goes backwards', () => {
    expect(parseRange('10.0.0.9-10.0.0.1')).toBeUndefined();
  });

  it('reads several, apart by commas, spaces or lines', () => {
    expect(parseRanges('10.0.0.1-10.0.0.9, 10.0.1.0/30\n10.0.2.1')?.length).toBe(3);
    expect(parseRanges('10.0.0.1 - 10.0.0.9')?.length).toBe(1);
    expect(parseRanges('10.0.0.1, nonsense')).toBeUndefined();
  });
});
