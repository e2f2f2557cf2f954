import type { Machine, Tkc } from '../api/types';

/** How far machines of one kind are replaced. */
export interface Part {
  readonly done: number;
  readonly wanted: number;
}

/** A cluster on its way to another release, or to other machines. */
export interface Rollout {
  readonly from: string;
  readonly to: string;
  readonly masters: Part;
  readonly workers: Part;
}

const isMaster = (machine: Machine): boolean => 'cluster.x-k8s.io/control-plane' in (machine.metadata.labels ?? {});

/** What is replaced of a cluster that is being updated; undefined when it is not. Pure. */
export function rollout(guest: Tkc, machines: readonly Machine[]): Rollout | undefined {
  if (guest.status?.phase !== 'updating') {
    return undefined;
  }
  const to = guest.spec?.distribution?.fullVersion ?? '';
  const nodes = guest.status.nodeStatus ?? {};
  const part = (masters: boolean, wanted: number): Part => {
    const done = machines.filter(
      (machine) =>
        machine.metadata.namespace === guest.metadata.namespace &&
        machine.spec?.clusterName === guest.metadata.name &&
        isMaster(machine) === masters &&
        machine.spec.version === to &&
        nodes[machine.metadata.name] === 'ready',
    ).length;
    return { done: Math.min(done, wanted), wanted };
  };
  const topology = guest.spec?.topology;
  return { from: guest.status.version ?? '', to, masters: part(true, topology?.controlPlane?.count ?? 0), workers: part(false, topology?.workers?.count ?? 0) };
}
