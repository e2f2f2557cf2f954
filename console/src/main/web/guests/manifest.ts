import { isMap, LineCounter, parseDocument, stringify, type Document } from 'yaml';
import { t } from '../i18n/i18n';
import { contains, overlaps, parseCidr } from '../net/ipv4';

/** The form of a guest cluster and its manifest, one made from the other. Pure. */

export interface GuestForm {
  name: string;
  version: string;
  masters: string;
  masterClass: string;
  masterStorage: string;
  workers: string;
  workerClass: string;
  workerStorage: string;
  cni: string;
  pods: string;
  services: string;
}

export type GuestField = keyof GuestForm;

export const NEW_GUEST: GuestForm = {
  name: '',
  version: '',
  masters: '1',
  masterClass: '',
  masterStorage: '',
  workers: '3',
  workerClass: '',
  workerStorage: '',
  cni: 'antrea',
  pods: '192.168.0.0/16',
  services: '10.96.0.0/12',
};

const MOST_WORKERS = 150;
const LONGEST_NAME = 41;

export function guestFaults(form: GuestForm, taken: readonly string[]): Partial<Record<GuestField, string>> {
  const faults: Partial<Record<GuestField, string>> = {};
  if (form.name === '') {
    faults.name = t('This is required.');
  } else if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(form.name) || form.name.length > LONGEST_NAME) {
    faults.name = t('At most 41 of a-z, 0-9 and -, beginning with a letter and ending with a letter or digit.');
  } else if (taken.includes(form.name)) {
    faults.name = t('There is a cluster of this name already.');
  }
  for (const field of ['version', 'masterClass', 'masterStorage', 'workerClass', 'workerStorage'] as const) {
    if (form[field] === '') {
      faults[field] = t('Choose one.');
    }
  }
  if (!/^\d+$/.test(form.workers) || Number(form.workers) > MOST_WORKERS) {
    faults.workers = t('A whole number from 0 to 150.');
  }
  const [pods, services] = [parseCidr(form.pods), parseCidr(form.services)];
  if (pods === undefined) {
    faults.pods = t('"{value}" is not a subnet such as 192.168.0.0/16.', { value: form.pods });
  }
  if (services === undefined) {
    faults.services = t('"{value}" is not a subnet such as 10.96.0.0/12.', { value: form.services });
  } else if (pods !== undefined && (overlaps(pods, services) || contains(services, pods))) {
    faults.services = t('It overlaps the range of pods; ranges must be apart.');
  }
  return faults;
}

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  spec: Record<string, unknown>;
}

export function manifest(form: GuestForm, namespace: string): Manifest {
  return {
    apiVersion: 'run.tanzu.vmware.com/v1alpha1',
    kind: 'TanzuKubernetesCluster',
    metadata: { name: form.name, namespace },
    spec: {
      distribution: { version: form.version },
      settings: { network: { cni: { name: form.cni }, pods: { cidrBlocks: [form.pods] }, services: { cidrBlocks: [form.services] } } },
      topology: {
        controlPlane: { class: form.masterClass, count: Number(form.masters), storageClass: form.masterStorage },
        workers: { class: form.workerClass, count: Number(form.workers), storageClass: form.workerStorage },
      },
    },
  };
}

export const manifestText = (form: GuestForm, namespace: string): string => stringify(manifest(form, namespace), { lineWidth: 0 });

export interface ParsedManifest {
  readonly faults: readonly string[];
  /** The manifest as an object; only when there is no fault. */
  readonly object?: Record<string, unknown>;
}

/** A manifest as typed: what is wrong with it before the server sees it, with the line. */
export function parseManifest(text: string, namespace: string): ParsedManifest {
  if (text.trim() === '') {
    return { faults: [t('Paste or write the manifest of a TanzuKubernetesCluster.')] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return { faults: document.errors.map((error) => t('Line {line}: {message}', { line: lines.linePos(error.pos[0]).line, message: error.message })) };
  }
  return checked(document, namespace);
}

function checked(document: Document, namespace: string): ParsedManifest {
  if (!isMap(document.contents)) {
    return { faults: [t('A manifest is a YAML mapping.')] };
  }
  const object = document.toJS({ maxAliasCount: 50 }) as Record<string, unknown> & { metadata?: { name?: unknown; namespace?: unknown } };
  const faults: string[] = [];
  if (object['kind'] !== 'TanzuKubernetesCluster') {
    faults.push(t('kind must be TanzuKubernetesCluster.'));
  }
  if (typeof object['apiVersion'] !== 'string' || !object['apiVersion'].startsWith('run.tanzu.vmware.com/')) {
    faults.push(t('apiVersion must be run.tanzu.vmware.com/v1alpha1.'));
  }
  if (typeof object.metadata?.name !== 'string' || object.metadata.name === '') {
    faults.push(t('metadata.name is required.'));
  }
  const named = object.metadata?.namespace;
  if (named !== undefined && named !== namespace) {
    faults.push(t('metadata.namespace is {named}, and {namespace} is chosen.', { named: String(named), namespace }));
  }
  return faults.length > 0 ? { faults } : { faults, object };
}

/** A stored object as YAML, without what the server adds for itself. */
export function asYaml(object: unknown): string {
  const copy = structuredClone(object) as { metadata?: { managedFields?: unknown } };
  delete copy.metadata?.managedFields;
  return stringify(copy, { lineWidth: 0 });
}
