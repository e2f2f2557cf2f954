import { ja } from './ja';

export type Language = 'en' | 'ja';

let language: Language = 'en';

export function useLanguage(wanted: Language): void {
  language = wanted;
  if (typeof document !== 'undefined') {
    document.documentElement.lang = wanted;
  }
}

export const currentLanguage = (): Language => language;

/** The language of the browser where it is one of ours. Pure. */
export function preferredLanguage(offered: readonly string[]): Language {
  return offered.some((tag) => tag.toLowerCase().startsWith('ja')) && !offered[0]?.toLowerCase().startsWith('en') ? 'ja' : 'en';
}

/** The text in the language in use; English texts are their own keys. `{name}` stands for a value. */
export function t(english: string, values: Readonly<Record<string, string | number>> = {}): string {
  const text = language === 'ja' ? (ja[english] ?? english) : english;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** A number of bytes with a unit (powers of 1024, as the vSphere Client shows them). */
export function bytes(value: number): string {
  let unit = 0;
  let rest = value;
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${number(rest, rest >= 100 || unit === 0 ? 0 : 1)} ${UNITS[unit]}`;
}

export const mebibytes = (value: number): string => bytes(value * 1024 * 1024);

export const megahertz = (value: number): string => (value >= 1000 ? `${number(value / 1000, 1)} GHz` : `${number(value)} MHz`);

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

export function time(text: string | undefined): string {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime())
    ? ''
    : new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(date);
}

export function clock(text: string | undefined): string {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? '' : new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(date);
}

/** How long something took or has been: `2.4 s`, `3 min 5 s`, `2 h 10 min`, `3 d`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) {
    return t('{n} s', { n: number(seconds, 1) });
  }
  const whole = Math.floor(seconds);
  if (whole < 60) {
    return t('{n} s', { n: whole });
  }
  if (whole < 3600) {
    return `${t('{n} min', { n: Math.floor(whole / 60) })} ${t('{n} s', { n: whole % 60 })}`;
  }
  if (whole < 86_400) {
    return `${t('{n} h', { n: Math.floor(whole / 3600) })} ${t('{n} min', { n: Math.floor((whole % 3600) / 60) })}`;
  }
  return t('{n} d', { n: Math.floor(whole / 86_400) });
}

/** How old something is, coarsely, as kubectl says it. */
export function age(since: string | undefined, now = Date.now()): string {
  const then = new Date(since ?? '').getTime();
  return Number.isNaN(then) ? '' : duration(Math.floor((now - then) / 1000) * 1000);
}
