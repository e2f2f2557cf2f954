export interface Cell {
  readonly first: number;
  readonly size: number;
}

const MOST_CELLS = 512;

/** The cells of a bar of addresses: one per address, or one per equally many where there are too many to see. Pure. */
export function cells(first: number, count: number): Cell[] {
  const size = Math.max(1, Math.ceil(count / MOST_CELLS));
  const list: Cell[] = [];
  for (let at = 0; at < count; at += size) {
    list.push({ first: first + at, size: Math.min(size, count - at) });
  }
  return list;
}
