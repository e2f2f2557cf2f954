import type { App } from '../app/app';
import type { Meta, Tkc } from '../api/types';

/** Calls about guest clusters; they go to the Supervisor's Kubernetes API with the user's own rights. */

const KUBERNETES = '/api/kantoku/supervisor/kubernetes';
const VERSION = 'v1alpha1';
const MERGE_PATCH = 'application/merge-patch+json';

const collection = (namespace: string): string => `${KUBERNETES}/apis/run.tanzu.vmware.com/${VERSION}/namespaces/${encodeURIComponent(namespace)}/tanzukubernetesclusters`;
const one = (namespace: string, name: string): string => `${collection(namespace)}/${encodeURIComponent(name)}`;

/** Creates a cluster, or only has it checked. */
export function createGuest(app: App, namespace: string, object: unknown, dryRun = false): Promise<Tkc> {
  return app.http.post<Tkc>(`${collection(namespace)}?fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`, object);
}

export const patchGuest = (app: App, namespace: string, name: string, patch: unknown): Promise<void> => app.http.patch(one(namespace, name), patch, MERGE_PATCH);

export const deleteGuest = (app: App, namespace: string, name: string): Promise<void> => app.http.delete(one(namespace, name));

export interface Release {
  metadata: Meta;
  spec?: { version?: string };
  status?: { conditions?: { type: string; status: string }[] };
}

export interface Offers {
  readonly releases: readonly string[];
  readonly classes: readonly string[];
  readonly storage: readonly string[];
}

interface List<T> {
  items: T[];
}

/** What clusters of a namespace can be made of. */
export async function offers(app: App, namespace: string): Promise<Offers> {
  const [releases, bindings, classes, quotas] = await Promise.all([
    app.http.get<List<Release>>(`${KUBERNETES}/apis/run.tanzu.vmware.com/${VERSION}/tanzukubernetesreleases`),
    app.http.get<List<{ classRef?: { name: string }; metadata: Meta }>>(`${KUBERNETES}/apis/vmoperator.vmware.com/v1alpha1/namespaces/${encodeURIComponent(namespace)}/virtualmachineclassbindings`).catch(() => ({ items: [] })),
    app.http.get<List<{ metadata: Meta }>>(`${KUBERNETES}/apis/vmoperator.vmware.com/v1alpha1/virtualmachineclasses`),
    app.http.get<List<{ status?: { hard?: Record<string, string> } }>>(`${KUBERNETES}/api/v1/namespaces/${encodeURIComponent(namespace)}/resourcequotas`),
  ]);
  const bound = bindings.items.map((binding) => binding.classRef?.name ?? binding.metadata.name);
  const storage = quotas.items.flatMap((quota) => Object.keys(quota.status?.hard ?? {})).flatMap((name) => /^([^.]+)\.storageclass\.storage\.k8s\.io\//.exec(name)?.[1] ?? []);
  return {
    releases: releases.items.map((release) => release.spec?.version ?? release.metadata.name).sort(newestFirst),
    classes: (bound.length > 0 ? bound : classes.items.map((item) => item.metadata.name)).sort(),
    storage: [...new Set(storage)].sort(),
  };
}

/** Versions in descending order of their numbers. */
export function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

/** `v1.18.20+x` → `v1.18`. */
export const minorOf = (version: string): string => /^v?(\d+\.\d+)/.exec(version)?.[1] ?? '';

/** The releases that a cluster may go to: newer ones of its minor version and of the next. */
export function upgrades(present: string, releases: readonly string[]): string[] {
  const [major = 0, minor = 0] = minorOf(present).split('.').map(Number);
  return releases.filter((release) => {
    const [wantedMajor = 0, wantedMinor = 0] = minorOf(release).split('.').map(Number);
    return wantedMajor === major && wantedMinor >= minor && wantedMinor <= minor + 1 && newestFirst(release, present) < 0;
  });
}
