import type { Topology, TopologyKind, TopologyNode } from '../api/types';

/**
 * Where things stand in the picture of the network. Pure. The port groups are bars at the left below their switch; to the right
 * there is a band for the load balancers with their virtual IPs and one for each group of machines; a line leads from a bar to
 * each band that has a machine on it.
 */

export interface Box {
  readonly node: TopologyNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  /** The port group that the line comes from. */
  readonly network: string;
  /** The machines at its end. */
  readonly members: readonly string[];
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
}

export interface Band {
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
  readonly bars: readonly Box[];
  readonly lines: readonly Line[];
  readonly bands: readonly Band[];
}

const WIDTH = 920;
const MARGIN = 14;
const BAR = { width: 34, gap: 12 };
const BOX = { width: 194, height: 44, gap: 10 };
const BAND = { head: 26, pad: 12, gap: 14, indent: 40 };
const SWITCH_HEIGHT = 40;
const LINE_STEP = 12;

export interface Words {
  readonly balancers: string;
  readonly system: string;
  readonly others: string;
}

export function layout(topology: Topology, words: Words): Picture {
  const networks = topology.nodes.filter((node) => node.kind === 'NETWORK').sort(byName);
  const switches = topology.nodes.filter((node) => node.kind === 'SWITCH').sort(byName);
  const barsWidth = Math.max(126, networks.length * (BAR.width + BAR.gap) - BAR.gap);
  const left = MARGIN + barsWidth + BAND.indent;
  const columns = Math.max(1, Math.floor((WIDTH - left - MARGIN - 2 * BAND.pad + BOX.gap) / (BOX.width + BOX.gap)));
  const boxes: Box[] = [];
  const bands: Band[] = [];
  const lines: Line[] = [];
  let y = MARGIN;
  for (const group of groups(topology, words)) {
    const rows = Math.ceil(group.nodes.length / columns);
    const height = BAND.head + BAND.pad + rows * (BOX.height + BOX.gap) - BOX.gap;
    group.nodes.forEach((node, i) => {
      boxes.push({
        node,
        x: left + BAND.pad + (i % columns) * (BOX.width + BOX.gap),
        y: y + BAND.head + Math.floor(i / columns) * (BOX.height + BOX.gap),
        width: BOX.width,
        height: BOX.height,
      });
    });
    bands.push({ name: group.name, x: left, y, width: WIDTH - left - MARGIN, height });
    networks.forEach((network, i) => {
      const members = on(topology, network.id, group.nodes);
      if (members.length > 0) {
        lines.push({ network: network.id, members, x1: MARGIN + i * (BAR.width + BAR.gap) + BAR.width, x2: left, y: y + 16 + i * LINE_STEP });
      }
    });
    y += height + BAND.gap;
  }
  const height = Math.max(y, MARGIN + SWITCH_HEIGHT + 160);
  const barTop = MARGIN + switches.length * (SWITCH_HEIGHT + BAR.gap);
  const bars = networks.map((node, i): Box => ({ node, x: MARGIN + i * (BAR.width + BAR.gap), y: barTop, width: BAR.width, height: height - barTop - MARGIN }));
  switches.forEach((node, i) => boxes.push({ node, x: MARGIN, y: MARGIN + i * (SWITCH_HEIGHT + BAR.gap), width: barsWidth, height: SWITCH_HEIGHT }));
  return { width: WIDTH, height, boxes, bars, lines: lines.map((line) => ({ ...line, y: Math.max(line.y, barTop + 10) })), bands };
}

const ORDER: Partial<Record<TopologyKind, number>> = { LOAD_BALANCER: 0, VIP: 1, CONTROL_VM: 2, MASTER: 3, WORKER: 4, VM: 5 };

function groups(topology: Topology, words: Words): { name: string; nodes: TopologyNode[] }[] {
  const found = new Map<string, TopologyNode[]>();
  const placed = topology.nodes.filter((node) => node.kind in ORDER).sort((a, b) => (ORDER[a.kind] ?? 0) - (ORDER[b.kind] ?? 0) || byName(a, b));
  for (const node of placed) {
    const name = groupName(node, words);
    found.set(name, [...(found.get(name) ?? []), node]);
  }
  return [...found].map(([name, nodes]) => ({ name, nodes }));
}

function groupName(node: TopologyNode, words: Words): string {
  switch (node.kind) {
    case 'LOAD_BALANCER':
    case 'VIP':
      return words.balancers;
    case 'CONTROL_VM':
      return words.system;
    default:
      return node.guest || words.others;
  }
}

function on(topology: Topology, network: string, nodes: readonly TopologyNode[]): string[] {
  const linked = new Set(topology.links.flatMap((link) => (link.to === network ? [link.from] : link.from === network ? [link.to] : [])));
  return nodes.map((node) => node.id).filter((id) => linked.has(id));
}

function byName(a: TopologyNode, b: TopologyNode): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
