import { describe, expect, it } from 'vitest';
import type { Topology, TopologyNode } from '../../main/web/api/types';
import { layout } from '../../main/web/topology/layout';
import { holder } from '../../main/web/ui/vips';
import { cells } from '../../main/web/ui/cells';
import { ordered } from '../../main/web/ui/parts';
import { matches } from '../../main/web/ui/filter';
import { took } from '../../main/web/pages/steps';

const WORDS = { balancers: 'Load balancer', system: 'Supervisor', others: 'Others' };

function lab(clusters: number, workers: number): Topology {
  const node = (id: string, kind: TopologyNode['kind'], guest = ''): TopologyNode => ({ id, kind, name: id, state: 'UP', guest });
  const machines = Array.from({ length: clusters }, (_, c) => Array.from({ length: workers }, (_, w) => node(`c${c}-w${w}`, 'WORKER', `ns1/c${c}`))).flat();
  const control = [node('cp1', 'CONTROL_VM'), node('cp2', 'CONTROL_VM')];
  return {
    nodes: [node('vds', 'SWITCH'), node('management', 'NETWORK'), node('workload', 'NETWORK'), node('haproxy', 'LOAD_BALANCER'), node('vip', 'VIP'), ...control, ...machines],
    links: [...control, ...machines].map((machine) => ({ from: machine.id, to: 'workload' })),
  };
}

describe('the picture of the network', () => {
  it.each([[0, 0], [1, 3], [7, 13], [40, 2]])('lets no two boxes cover each other: %i clusters of %i', (clusters, workers) => {
    const { boxes, bands, width, height } = layout(lab(clusters, workers), WORDS);
    boxes.forEach((a, i) => {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
      for (const b of boxes.slice(0, i)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.node.id} covers ${b.node.id}`).toBe(true);
      }
    });
    bands.slice(1).forEach((band, i) => expect(band.y).toBeGreaterThanOrEqual((bands[i]?.y ?? 0) + (bands[i]?.height ?? 0)));
  });

  it('has every machine, and a line from a port group to each band that is on it', () => {
    const picture = layout(lab(2, 3), WORDS);
    expect(picture.bands.map((band) => band.name)).toEqual(['Load balancer', 'Supervisor', 'ns1/c0', 'ns1/c1']);
    expect(picture.boxes.filter((box) => box.node.kind === 'WORKER').length).toBe(6);
    expect(picture.lines.map((line) => [line.network, line.members.length])).toEqual([['workload', 2], ['workload', 3], ['workload', 3]]);
  });

  it('is drawn of nothing too', () => {
    expect(layout({ nodes: [], links: [] }, WORDS).boxes).toEqual([]);
  });
});

describe('a bar of addresses', () => {
  it('has a cell for each address, or for equally many where there are too many to see', () => {
    expect(cells(10, 49).length).toBe(49);
    const many = cells(0, 65_536);
    expect(many.length).toBeLessThanOrEqual(512);
    expect(many.reduce((sum, cell) => sum + cell.size, 0)).toBe(65_536);
  });
});

describe('tables', () => {
  const columns = [{ id: 'n', name: 'N', cell: (row: { n: string }) => row.n, order: (row: { n: string }) => row.n }];

  it('put names with numbers in the order of the numbers', () => {
    const rows = ['vm-10', 'vm-9', 'vm-1'].map((n) => ({ n }));
    expect(ordered(rows, columns, { column: 'n', descending: false }).map((row) => row.n)).toEqual(['vm-1', 'vm-9', 'vm-10']);
    expect(ordered(rows, columns, { column: 'n', descending: true })[0]?.n).toBe('vm-10');
    expect(ordered(rows, columns, undefined)).toEqual(rows);
  });

  it('are filtered by all words, in any case', () => {
    expect(matches('NS1 tkc', 'ns1/tkc01', undefined)).toBe(true);
    expect(matches('ns1 other', 'ns1/tkc01')).toBe(false);
    expect(matches('', 'x')).toBe(true);
  });
});

describe('steps', () => {
  it('tell how long they took, or have been at it', () => {
    const started = '2026-01-01T00:00:00Z';
    expect(took({ id: '', name: '', state: 'DONE', started, ended: '2026-01-01T00:00:02.4Z' }, 0)).toBe('2.4 s');
    expect(took({ id: '', name: '', state: 'RUNNING', started }, Date.parse(started) + 61_000)).toBe('1 min 1 s');
    expect(took({ id: '', name: '', state: 'PENDING' }, 0)).toBe('');
  });
});

describe('whom a virtual IP is for', () => {
  it('is said in the same words in the picture and in the table', () => {
    expect(holder({ purpose: 'SUPERVISOR_API', namespace: 'kube-system', service: 'kube-apiserver-lb-svc' })).toBe('Supervisor');
    expect(holder({ purpose: 'GUEST_API', namespace: 'ns1', service: 'tkc01-control-plane-service', guest: 'ns1/tkc01' })).toBe('API of ns1/tkc01');
    expect(holder({ purpose: 'GUEST_SERVICE', service: 'default/web', guest: 'ns1/tkc01' })).toBe('default/web (ns1/tkc01)');
    expect(holder({ purpose: 'SERVICE', namespace: 'ns1', service: 'db' })).toBe('ns1/db');
  });
});
