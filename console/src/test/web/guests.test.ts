import { describe, expect, it } from 'vitest';
import { minorOf, newestFirst, upgrades } from '../../main/web/guests/api';
import { guestFaults, manifest, manifestText, NEW_GUEST, parseManifest, type GuestForm } from '../../main/web/guests/manifest';
import { quantity } from '../../main/web/guests/quantity';

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
