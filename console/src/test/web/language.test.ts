import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bytes, duration, preferredLanguage, t, useLanguage } from '../../main/web/i18n/i18n';
import { ja } from '../../main/web/i18n/ja';

const SOURCES = join(import.meta.dirname, '../../main/web');

function keys(): Set<string> {
  const found = new Set<string>();
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ts') && !file.endsWith('ja.ts')) {
      for (const match of readFileSync(join(SOURCES, file), 'utf8').matchAll(/\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)) {
        found.add(match[1] ?? match[2] ?? '');
      }
    }
  }
  return found;
}

const holes = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map((match) => match[0]).sort();

describe('Japanese', () => {
  afterEach(() => useLanguage('en'));

  it('has every text of the sources, and no other', () => {
    const wanted = keys();
    expect(wanted.size).toBeGreaterThan(300);
    expect([...wanted].filter((key) => !(key in ja))).toEqual([]);
    expect(Object.keys(ja).filter((key) => !wanted.has(key))).toEqual([]);
  });

  it('has the same values in every text', () => {
    for (const [english, japanese] of Object.entries(ja)) {
      expect(holes(japanese), english).toEqual(holes(english));
    }
  });

  it('is used when it is chosen', () => {
    useLanguage('ja');
    expect(t('Namespaces')).toBe('名前空間');
    expect(t('{n} items', { n: 3 })).toBe('3 項目');
  });

  it('is preferred where the browser prefers it', () => {
    expect(preferredLanguage(['ja-JP', 'en'])).toBe('ja');
    expect(preferredLanguage(['en-US', 'ja'])).toBe('en');
    expect(preferredLanguage(['de', 'ja'])).toBe('ja');
    expect(preferredLanguage([])).toBe('en');
  });
});

describe('texts', () => {
  it('leave alone what is no value of theirs', () => {
    expect(t('{a} and {b}', { a: '{b}' })).toBe('{b} and {b}');
  });

  it('write sizes and times for people', () => {
    expect(bytes(0)).toBe('0 B');
    expect(bytes(1536)).toBe('1.5 KB');
    expect(bytes(2 ** 41)).toBe('2 TB');
    expect(duration(2345)).toBe('2.3 s');
    expect(duration(3_700_000)).toBe('1 h 1 min');
  });
});
