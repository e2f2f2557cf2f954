import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set; ConsoleIT of the module e2e sets it`);
  }
  return value;
}

export const url = (): string => setting('KANTOKU_URL');
export const password = (): string => setting('KANTOKU_PASSWORD');
const shots = process.env['KANTOKU_SCREENSHOTS'] ?? 'target/screenshots';

/** A Chromium that asks nobody but this machine. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['KANTOKU_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-proxy-server'],
  });
}

export async function person(browser: Browser, options: { dark?: boolean; locale?: string } = {}): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: 1440, height: 900 },
    ignoreHTTPSErrors: true,
    colorScheme: options.dark ? 'dark' : 'light',
    locale: options.locale ?? 'en-US',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
}

/** What a page complained of: scripts that failed, and everything that the content security policy stopped. */
export function complaints(page: Page): string[] {
  const list: string[] = [];
  page.on('pageerror', (error) => list.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Trusted|Uncaught/.test(message.text())) {
      list.push(message.text());
    }
  });
  return list;
}

export async function logIn(page: Page, user = 'administrator', secret = password()): Promise<void> {
  await page.goto(url());
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByText('Live', { exact: true }).waitFor();
}

export async function visit(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.waitForTimeout(250);
  await page.locator('main').waitFor();
}

interface Violation {
  id: string;
  impact: string | null;
  nodes: { target: string[]; failureSummary?: string }[];
}

/** Nothing on the page may be a serious obstacle for people with a keyboard, a screen reader or weak eyes. */
export async function accessible(page: Page, what: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', {
    expression: `${axe}; axe.run(document, { resultTypes: ['violations'] }).then((found) => JSON.stringify(found.violations))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  const violations = JSON.parse(String(result.value)) as Violation[];
  const serious = violations.filter((violation) => violation.impact === 'serious' || violation.impact === 'critical');
  const told = serious.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join('; ')}`);
  expect(told, `obstacles on ${what}`).toEqual([]);
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

export const pictures = (): string[] => readdirSync(shots).filter((name) => name.endsWith('.png'));
