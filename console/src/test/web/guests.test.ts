import { describe, expect, it } from 'vitest';
import type { Machine, Tkc } from '../../main/web/api/types';
import { minorOf, newestFirst, upgrades } from '../../main/web/guests/api';
import { guestFaults, manifest, manifestText, NEW_GUEST, parseManifest, type GuestForm } from '../../main/web/guests/manifest';
import { quantity } from '../../main/web/guests/quantity';
import { rollout } from '../../main/web/guests/rollout';

const FORM: GuestForm = { ...NEW_GUEST, name: 'tkc01', version: 'v1.18', masterClass: 'guaranteed-small', masterStorage: 'k8s-storage', workerClass: 'guaranteed-small', workerStorage: 'k8s-storage' };

describe('the form of a cluster', () => {
  it('becomes a manifest that is read again', () => {
    expect(guestFaults(FORM, [])).toEqual({});
    expect(parseManifest(manifestText(FORM, 'ns1'), 'ns1')).toEqual({ faults: [], object: manifest(FORM, 'ns1') });
  });

  it.each<[Partial<GuestForm>, keyof GuestForm]>([
    [{ name: '' }, 'name'],
    [{ name: 'Tkc' }, 'name'],
    [{ name: '1tkc' }, 'name'],
    [{ name: 'a'.repeat(42) }, 'name'],
    [{ name: 'taken' }, 'name'],
    [{ version: '' }, 'version'],
    [{ workers: '151' }, 'workers'],
    [{ workers: '-1' }, 'workers'],
    [{ pods: '10.0.0.0' }, 'pods'],
    [{ services: '192.168.0.0/20' }, 'services'],
  ])('tells what is wrong with %j', (change, field) => {
    expect(guestFaults({ ...FORM, ...change }, ['taken'])[field]).toBeTruthy();
  });
});

describe('a manifest', () => {
  it('has its faults told with their line', () => {
    expect(parseManifest('kind: TanzuKubernetesCluster\n  bad: [', 'ns1').faults[0]).toMatch(/^Line \d+: /);
  });

  it.each([
    ['', /Paste/],
    ['- a', /mapping/],
    ['kind: Pod\napiVersion: run.tanzu.vmware.com/v1alpha1\nmetadata: {name: a}', /kind must be/],
    ['kind: TanzuKubernetesCluster\napiVersion: v1\nmetadata: {name: a}', /apiVersion must be/],
    ['kind: TanzuKubernetesCluster\napiVersion: run.tanzu.vmware.com/v1alpha1', /metadata.name/],
    ['kind: TanzuKubernetesCluster\napiVersion: run.tanzu.vmware.com/v1alpha1\nmetadata: {name: a, namespace: other}', /other/],
  ])('is refused: %j', (text, message) => {
    expect(parseManifest(text, 'ns1').faults.join('\n')).toMatch(message);
  });
});

describe('releases', () => {
  const releases = ['v1.18.2+a', 'v1.18.20+a', 'v1.19.1+a', 'v1.20.3+a'];

  it('are put in order by their numbers', () => {
    expect([...releases].sort(newestFirst)).toEqual(['v1.20.3+a', 'v1.19.1+a', 'v1.18.20+a', 'v1.18.2+a']);
    expect(minorOf('v1.18.20+kantoku.1')).toBe('1.18');
  });

  it('are offered up to the next minor version', () => {
    expect(upgrades('v1.18.2+a', releases)).toEqual(['v1.18.20+a', 'v1.19.1+a']);
    expect(upgrades('v1.20.3+a', releases)).toEqual([]);
  });
});

describe('quantities', () => {
  it.each([
    ['1', 1], ['100m', 0.1], ['2Gi', 2 ** 31], ['1.5k', 1500], ['9223372036854775807', 9223372036854775807], ['1e3', 1000],
  ])('%s', (text, value) => {
    expect(quantity(text)).toBeCloseTo(value);
  });

  it('are not made of anything else', () => {
    expect(quantity('many')).toBeNaN();
    expect(quantity('1Q')).toBeNaN();
  });
});

describe('an update', () => {
  const guest = (phase: string): Tkc => ({
    apiVersion: 'run.tanzu.vmware.com/v1alpha1',
    kind: 'TanzuKubernetesCluster',
    metadata: { name: 'tkc01', namespace: 'ns1' },
    spec: { distribution: { fullVersion: 'v1.19.1+a' }, topology: { controlPlane: { count: 3 }, workers: { count: 2 } } },
    status: { phase, version: 'v1.18.2+a', nodeStatus: { a: 'ready', b: 'pending', c: 'ready', d: 'ready' } },
  });
  const machine = (name: string, version: string, master: boolean, cluster = 'tkc01'): Machine => ({
    metadata: { name, namespace: 'ns1', labels: master ? { 'cluster.x-k8s.io/control-plane': '' } : {} },
    spec: { clusterName: cluster, version },
  });

  it('counts the machines of the new release whose nodes are ready', () => {
    const machines = [machine('a', 'v1.19.1+a', true), machine('b', 'v1.19.1+a', true), machine('c', 'v1.18.2+a', false), machine('d', 'v1.19.1+a', false, 'other')];
    expect(rollout(guest('updating'), machines)).toEqual({ from: 'v1.18.2+a', to: 'v1.19.1+a', masters: { done: 1, wanted: 3 }, workers: { done: 0, wanted: 2 } });
  });

  it('is none when nothing is replaced', () => {
    expect(rollout(guest('running'), [])).toBeUndefined();
  });
});
