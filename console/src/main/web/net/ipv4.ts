/** IPv4 addresses, subnets and ranges as numbers. Pure; the server's checks are the authority, these answer as one types. */

export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Subnet extends Range {
  readonly prefix: number;
}

const OCTET = /^(0|[1-9]\d{0,2})$/;

/** The address as a number, or undefined when the text is none. */
export function parseAddress(text: string): number | undefined {
  const parts = text.trim().split('.');
  if (parts.length !== 4 || !parts.every((part) => OCTET.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The prefix length of a mask such as 255.255.255.0, or undefined when its ones are not together. */
export function maskPrefix(text: string): number | undefined {
  const mask = parseAddress(text);
  if (mask === undefined) {
    return undefined;
  }
  for (let prefix = 0; prefix <= 32; prefix++) {
    if (mask === 2 ** 32 - 2 ** (32 - prefix)) {
      return prefix;
    }
  }
  return undefined;
}

export function subnetOf(address: number, prefix: number): Subnet {
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1, prefix };
}

/** `10.0.0.0/24`; bits beyond the prefix are taken off. */
export function parseCidr(text: string): Subnet | undefined {
  const [base, prefix, ...rest] = text.trim().split('/');
  const address = parseAddress(base ?? '');
  if (address === undefined || prefix === undefined || rest.length > 0 || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) {
    return undefined;
  }
  return subnetOf(address, Number(prefix));
}

/** One address, `first-last`, `first–last` with a whole or shortened end (`10.0.0.5-9`), or a CIDR. */
export function parseRange(text: string): Range | undefined {
  const trimmed = text.trim();
  if (trimmed.includes('/')) {
    return parseCidr(trimmed);
  }
  const [from, to, ...rest] = trimmed.split(/\s*[-–]\s*/);
  const first = parseAddress(from ?? '');
  if (first === undefined || rest.length > 0) {
    return undefined;
  }
  if (to === undefined) {
    return { first, last: first };
  }
  const last = OCTET.test(to) && Number(to) <= 255 ? Math.floor(first / 256) * 256 + Number(to) : parseAddress(to);
  return last === undefined || last < first ? undefined : { first, last };
}

/** Ranges apart by commas, spaces or lines. Undefined when one of them is none. */
export function parseRanges(text: string): Range[] | undefined {
  const items = text
    .replace(/\s*[-–]\s*/g, '-')
    .split(/[,;\s]+/)
    .filter((item) => item !== '');
  const ranges = items.map(parseRange);
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

export function formatRange(range: Range): string {
  return range.first === range.last ? formatAddress(range.first) : `${formatAddress(range.first)}-${formatAddress(range.last)}`;
}

export const size = (range: Range): number => range.last - range.first + 1;
export const overlaps = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;
export const contains = (outer: Range, inner: Range): boolean => outer.first <= inner.first && inner.last <= outer.last;
export const has = (range: Range, address: number): boolean => range.first <= address && address <= range.last;
