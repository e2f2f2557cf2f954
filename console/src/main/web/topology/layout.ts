import type { Topology, TopologyKind, TopologyNode } from '../api/types';

/** Where the boxes of the picture of the network stand, and the lines between them. Pure. */

export interface Box {
  readonly node: TopologyNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly points: string;
  /** What a line is: a machine's card on a network, or a virtual IP's way. */
  readonly kind: 'network' | 'vip';
}

export interface Group {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly groups: readonly Group[];
}

const BOX = { width: 168, height: 44 };
const GAP = 14;
const GROUP_GAP = 26;
const PAD = 16;
const MARGIN = 16;
const BUS_HEIGHT = 30;
const MOST_COLUMNS = 4;
const HEAD = 24;

/** Rows from top to bottom: switch, networks as buses, then load balancers with virtual IPs, then machines in groups. */
export function layout(topology: Topology, words: { system: string; others: string }): Picture {
  const by = (...kinds: readonly TopologyKind[]): TopologyNode[] => topology.nodes.filter((node) => kinds.includes(node.kind)).sort(byName);
  const columns = groups(topology, words);
  const widths = columns.map((column) => groupWidth(column.nodes.length));
  const content = widths.reduce((sum, width) => sum + width, 0) + GROUP_GAP * Math.max(0, widths.length - 1);
  const vips = by('VIP');
  const balancers = by('LOAD_BALANCER');
  const perRow = Math.max(1, Math.floor((Math.max(content, 1100) + GAP) / (BOX.width + GAP)));
  const width = Math.max(content, Math.min(vips.length, perRow) * (BOX.width + GAP) - GAP, 1100) + 2 * MARGIN;
  const boxes: Box[] = [];
  let y = MARGIN;
  const row = (nodes: readonly TopologyNode[]): void => {
    for (let start = 0; start < nodes.length; start += perRow) {
      const part = nodes.slice(start, start + perRow);
      const total = part.length * (BOX.width + GAP) - GAP;
      part.forEach((node, i) => boxes.push({ node, x: (width - total) / 2 + i * (BOX.width + GAP), y, ...BOX }));
      y += BOX.height + GAP;
    }
    y += nodes.length > 0 ? GROUP_GAP : 0;
  };
  row(vips);
  row(balancers);
  const switches = by('SWITCH');
  row(switches);
  for (const network of by('NETWORK')) {
    boxes.push({ node: network, x: MARGIN, y, width: width - 2 * MARGIN, height: BUS_HEIGHT });
    y += BUS_HEIGHT + GROUP_GAP;
  }
  y += 6;
  const outlines: Group[] = [];
  let x = (width - content) / 2;
  let lowest = y;
  columns.forEach((column, index) => {
    const groupW = widths[index] ?? 0;
    const inRow = Math.min(MOST_COLUMNS, column.nodes.length);
    column.nodes.forEach((node, i) => {
      boxes.push({ node, x: x + PAD + (i % inRow) * (BOX.width + GAP), y: y + HEAD + PAD + Math.floor(i / inRow) * (BOX.height + GAP), ...BOX });
    });
    const rows = Math.ceil(column.nodes.length / MOST_COLUMNS);
    const height = HEAD + 2 * PAD + rows * (BOX.height + GAP) - GAP;
    outlines.push({ name: column.name, x, y, width: groupW, height });
    lowest = Math.max(lowest, y + height);
    x += groupW + GROUP_GAP;
  });
  return { width, height: lowest + MARGIN, boxes, lines: lines(topology, boxes), groups: outlines };
}

function groupWidth(machines: number): number {
  return Math.min(MOST_COLUMNS, machines) * (BOX.width + GAP) - GAP + 2 * PAD;
}

function groups(topology: Topology, words: { system: string; others: string }): { name: string; nodes: TopologyNode[] }[] {
  const found = new Map<string, TopologyNode[]>();
  const order: Record<string, number> = { CONTROL_VM: 0, MASTER: 1, WORKER: 2, VM: 3 };
  const machines = topology.nodes.filter((node) => node.kind in order).sort((a, b) => (order[a.kind] ?? 0) - (order[b.kind] ?? 0) || byName(a, b));
  for (const node of machines) {
    const name = node.kind === 'CONTROL_VM' ? words.system : node.guest || words.others;
    found.set(name, [...(found.get(name) ?? []), node]);
  }
  return [...found].map(([name, nodes]) => ({ name, nodes }));
}

function lines(topology: Topology, boxes: readonly Box[]): Line[] {
  const byId = new Map(boxes.map((box) => [box.node.id, box]));
  const cards = new Map<string, number>();
  return topology.links.flatMap((link): Line[] => {
    const [a, b] = [byId.get(link.from), byId.get(link.to)];
    if (a === undefined || b === undefined) {
      return [];
    }
    if (a.node.kind === 'VIP' || b.node.kind === 'VIP') {
      const [vip, other] = a.node.kind === 'VIP' ? [a, b] : [b, a];
      return other.node.kind === 'LOAD_BALANCER' ? [{ from: link.from, to: link.to, kind: 'vip', points: straight(vip, other) }] : [];
    }
    const [machine, bus] = b.node.kind === 'NETWORK' ? [a, b] : [b, a];
    if (bus.node.kind !== 'NETWORK') {
      return [{ from: link.from, to: link.to, kind: 'network', points: straight(a, b) }];
    }
    const nth = cards.get(machine.node.id) ?? 0;
    cards.set(machine.node.id, nth + 1);
    const x = machine.x + machine.width / 2 + (nth - 0.5) * 28;
    const [top, bottom] = machine.y > bus.y ? [bus.y + bus.height, machine.y] : [machine.y + machine.height, bus.y];
    return [{ from: link.from, to: link.to, kind: 'network', points: `${x},${top} ${x},${bottom}` }];
  });
}

function straight(a: Box, b: Box): string {
  const [upper, lower] = a.y < b.y ? [a, b] : [b, a];
  const [x1, y1, x2, y2] = [upper.x + upper.width / 2, upper.y + upper.height, lower.x + lower.width / 2, lower.y];
  const middle = y2 - 10;
  return `${x1},${y1} ${x1},${middle} ${x2},${middle} ${x2},${y2}`;
}

function byName(a: TopologyNode, b: TopologyNode): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
