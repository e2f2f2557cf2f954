import { describe, expect, it } from 'vitest';
import { errorOf } from '../../main/web/api/http';
import { LiveObjects } from '../../main/web/api/live';
import { link, parseRoute } from '../../main/web/app/route';

describe('live objects', () => {
  it('keep the old view until a new one is complete', () => {
    const objects = new LiveObjects();
    objects.reset();
    objects.apply('guest', { type: 'PRESENT', key: 'ns1/a', object: { metadata: { name: 'a' } } });
    objects.synced();
    objects.reset();
    objects.apply('guest', { type: 'PRESENT', key: 'ns1/b', object: { metadata: { name: 'b' } } });
    expect(objects.list('guest').map((guest) => guest.metadata.name)).toEqual(['a']);
    objects.synced();
    expect(objects.list('guest').map((guest) => guest.metadata.name)).toEqual(['b']);
  });

  it('take what is told after that, one by one', () => {
    const objects = new LiveObjects();
    const before = objects.version('guest');
    objects.apply('guest', { type: 'PRESENT', key: 'ns1/a', object: { metadata: { name: 'a' } } });
    expect(objects.get('guest', 'ns1/a')).toBeDefined();
    expect(objects.version('guest')).not.toBe(before);
    expect(objects.version('vm')).toBe(new LiveObjects().version('vm'));
    objects.apply('guest', { type: 'DELETED', key: 'ns1/a' });
    expect(objects.list('guest')).toEqual([]);
  });

  it('do not grow without end', () => {
    const objects = new LiveObjects();
    for (let i = 0; i < 3000; i++) {
      objects.apply('event', { type: 'PRESENT', key: `e${i}`, object: {} });
    }
    expect(objects.list('event').length).toBe(2000);
    expect(objects.get('event', 'e2999')).toBeDefined();
  });
});

describe('errors', () => {
  it("are read from vCenter's envelope, with the field of each", () => {
    const error = errorOf(400, JSON.stringify({ error_type: 'INVALID_ARGUMENT', messages: [{ id: 'x', default_message: 'size_hint: is required', args: ['size_hint'] }] }));
    expect(error.faults).toEqual([{ field: 'size_hint', message: 'size_hint: is required' }]);
    expect(error.message).toBe('size_hint: is required');
  });

  it('are read from a Kubernetes Status', () => {
    const error = errorOf(422, JSON.stringify({ kind: 'Status', message: 'it is invalid', details: { causes: [{ field: 'spec.topology', message: 'is wrong' }] } }));
    expect(error.faults).toEqual([{ field: 'spec.topology', message: 'is wrong' }]);
  });

  it('have a text when the answer is none of both', () => {
    expect(errorOf(502, '<html>').message).toBe('HTTP 502');
  });
});

describe('routes', () => {
  it.each([['a/b c', '?#%'], ['ns1', 'tkc01'], ['日本']])('carry any name: %j', (...names) => {
    expect(parseRoute(link(names, { tab: 'x&y' }))).toEqual({ path: names, query: { tab: 'x&y' } });
  });

  it('survive an address that is none', () => {
    expect(parseRoute('#/%E0%A4%A').path).toEqual(['%E0%A4%A']);
  });
});
