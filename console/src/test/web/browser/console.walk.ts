import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { accessible, complaints, launch, logIn, password, person, picture, pictures, url, visit } from './browser';

/** An administrator's way from a fresh instance to a running guest cluster and back, in a real browser, without one reload. */
describe('the console', { timeout: 60_000 }, () => {
  const HOSTILE = '<img src=x onerror="document.title=\'taken\'">';
  const SLOW = 45_000;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let wrong: string[];

  const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();
  const next = (): Promise<void> => page.getByRole('button', { name: 'Next', exact: true }).click();
  const see = (text: string | RegExp, timeout = 15_000): Promise<void> => page.locator('main').getByText(text).first().waitFor({ timeout });
  const useLab = async (field: string): Promise<void> => {
    await press("Use the lab's values");
    await page.waitForFunction((id) => (document.getElementById(id) as HTMLInputElement).value !== '', field);
  };

  beforeAll(async () => {
    browser = await launch();
    context = await person(browser);
    page = await context.newPage();
    wrong = complaints(page);
  });

  afterAll(async () => {
    await browser.close();
  });

  it('lets nobody in with a wrong password, and the administrator with the right one', async () => {
    const answer = await page.goto(url());
    expect(answer?.headers()['content-security-policy']).toContain("script-src 'self'");
    await accessible(page, 'the login page');
    await page.getByLabel('User name').fill('administrator');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await logIn(page);
    await see('Run Kubernetes clusters on this vSphere cluster');
    await accessible(page, 'the first page');
    await picture(page, 'start');
  });

  it('keeps the session where no script and no other site can use it', async () => {
    const cookie = (await context.cookies()).find((item) => item.name === '__Host-kantoku-session');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
    const forged = await page.evaluate(async () => (await fetch('/api/kantoku/users', { method: 'POST', body: '{}' })).status);
    expect(forged).toBe(403);
  });

  it('walks through the wizard, and is told of faults as one types', async () => {
    await page.getByRole('link', { name: 'Enable a cluster' }).click();
    await see('1. Network stack');
    expect(await page.getByRole('radio', { name: /NSX-T/ }).first().isDisabled()).toBe(true);
    await see('Cannot be chosen: NSX-T is not configured in this vCenter.');
    await accessible(page, 'the network stack');
    await next();
    await see('Compatible');
    await accessible(page, 'the cluster');
    await next();
    await page.getByLabel('Tiny').check();
    await accessible(page, 'the size');
    await next();
    await next();
    await see('Choose one.');
    await useLab('masterPolicy');
    await accessible(page, 'storage');
    await next();
    await useLab('balancerName');
    await page.getByLabel('Data Plane API addresses').fill('10.0.0.999');
    await see(/is not a host with a port/);
    await useLab('balancerName');
    await page.getByLabel('Password').fill('not the password');
    await press('Check network');
    await see(/fails at/, 25_000);
    await accessible(page, 'the load balancer');
    await picture(page, 'wizard-check');
    await useLab('balancerName');
    await page.waitForTimeout(100);
    await next();
    await useLab('managementStart');
    await accessible(page, 'the management network');
    await next();
    await useLab('workloadRanges');
    const range = await page.getByLabel('Ranges of node addresses').inputValue();
    await page.getByLabel('Ranges of node addresses').fill(range.replace(/\d+-/, '60-'));
    await see(/overlaps the range of virtual IPs/);
    await page.getByLabel('Ranges of node addresses').fill(range);
    await page.getByLabel('Further workload networks').fill('team-b; workload');
    await see(/is not a network such as/);
    await page.getByLabel('Further workload networks').fill('');
    await press('Check network');
    await page.waitForFunction(() => document.querySelectorAll('.kt-check-list .kt-bad').length === 0 && document.querySelectorAll('.kt-check-list li').length > 2, undefined, { timeout: 25_000 });
    await accessible(page, 'the workload network');
    await next();
    await accessible(page, 'the content library');
    await next();
    await see('9. Review');
    await accessible(page, 'the review');
    await picture(page, 'wizard');
  });

  it('marks the page of what the server finds wrong, and begins when it is put right', async () => {
    await page.getByRole('button', { name: 'Edit Load balancer' }).click();
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'Review' }).click();
    await press('Finish');
    await see(/These pages have faults: Load balancer/, 25_000);
    await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: /Load balancer/ }).click();
    await page.locator('#balancerPassword-note.kt-fault, #balancerUser-note.kt-fault, #balancerServers-note.kt-fault').first().waitFor();
    await useLab('balancerName');
    await page.waitForTimeout(100);
    await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'Review' }).click();
    await press('Finish');
  });

  it('shows the progress of enabling, step by step', async () => {
    await see('First control plane VM and its API server');
    await picture(page, 'enabling');
    await page.locator('main .kt-page-head').getByText('Running', { exact: true }).waitFor({ timeout: SLOW });
    await see(/^v1\./, SLOW);
    await page.waitForFunction(() => document.querySelectorAll('main tbody tr').length === 3, undefined, { timeout: SLOW });
    await accessible(page, 'the Supervisor');
    await picture(page, 'supervisor');
  });

  it('makes a user', async () => {
    await visit(page, '#/users');
    await press('New user');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('devops');
    await dialog.getByLabel('New password').fill('a-Long-one-2026!');
    await dialog.getByLabel('Again').fill('another');
    await dialog.getByText('The two are not the same.').waitFor();
    await dialog.getByLabel('Again').fill('a-Long-one-2026!');
    await accessible(page, 'the dialog of a user');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await see('devops@vsphere.local');
  });

  it('makes a namespace with storage, permissions and limits; hostile text stays text', async () => {
    await visit(page, '#/namespaces');
    await press('New namespace');
    await page.getByRole('dialog').getByLabel('Name').fill('Ns 1');
    await page.getByRole('dialog').getByText(/At most 63/).waitFor();
    await page.getByRole('dialog').getByLabel('Name').fill('ns1');
    await page.getByRole('dialog').getByLabel('Description').fill(HOSTILE);
    await page.getByRole('dialog').getByLabel('k8s-storage').check();
    await accessible(page, 'the dialog of a namespace');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await see('Active');
    await see(HOSTILE);
    await page.getByRole('tab', { name: 'Permissions' }).click();
    await press('Add…');
    await page.getByRole('dialog').getByLabel('Name').fill('devops');
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await see('devops@vsphere.local');
    await page.getByRole('tab', { name: 'Limits and use' }).click();
    await press('Edit…');
    await page.getByRole('dialog').getByLabel('Memory limit (MB)').fill('65536');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await see(/of 64 GB/);
    expect(await page.title()).not.toBe('taken');
    await page.getByRole('tab', { name: 'VM classes' }).click();
    await see('No class has been chosen for this namespace');
    await press('Edit…');
    await page.getByRole('dialog').getByLabel('best-effort-xsmall').check();
    await page.getByRole('dialog').getByLabel('guaranteed-small').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await see('2 items');
    for (const tab of ['summary', 'permissions', 'storage', 'limits', 'classes', 'clusters', 'events']) {
      await visit(page, `#/namespaces/ns1?tab=${tab}`);
      await accessible(page, `the namespace, ${tab}`);
    }
  });

  it('makes a cluster by the form, checked by the Supervisor as one types', async () => {
    await visit(page, '#/guests/new?namespace=ns1');
    await page.waitForFunction(() => document.querySelectorAll('#masterClass option').length === 2);
    await page.waitForFunction(() => (document.getElementById('masterStorage') as HTMLSelectElement | null)?.value === 'k8s-storage');
    await page.getByLabel('Kubernetes release').selectOption('v1.18');
    await page.getByLabel('Name', { exact: true }).fill('tkc01');
    await page.locator('#workers').fill('1');
    await see('The Supervisor would take it.');
    await accessible(page, 'the form of a cluster');
    await page.getByRole('tab', { name: 'YAML' }).click();
    const yaml = await page.getByLabel('Manifest').inputValue();
    await page.getByLabel('Manifest').fill(yaml.replace('antrea', 'flannel'));
    await see(/flannel/);
    await see(/cni/);
    await accessible(page, 'the manifest of a cluster');
    await page.getByLabel('Manifest').fill(yaml);
    await see('The Supervisor would take it.');
    await press('Create');
    await page.locator('main .kt-page-head').getByText('Running', { exact: true }).waitFor({ timeout: SLOW });
    await see('2 items', SLOW);
    await picture(page, 'cluster');
  });

  it('scales it', async () => {
    await press('Scale…');
    await page.getByRole('dialog').getByLabel('Workers').fill('3');
    await accessible(page, 'the dialog of scaling');
    await page.getByRole('dialog').getByRole('button', { name: 'Scale' }).click();
    await see('4 items', SLOW);
    await see('3 of 3 ready', SLOW);
  });

  it('says what a cluster waits for when a machine is off', async () => {
    await page.locator('main').getByRole('link', { name: /^tkc01-control-plane/ }).click();
    await press('Power off');
    await page.locator('main .kt-page-head').getByText('Off', { exact: true }).waitFor();
    await visit(page, '#/guests/ns1/tkc01?tab=explain');
    await see('This blocks');
    await accessible(page, 'the explanation');
    await picture(page, 'explain');
    await visit(page, '#/inventory');
    await page.locator('main').getByRole('link', { name: /^tkc01-control-plane/ }).click();
    await press('Power on');
    await page.locator('main .kt-page-head').getByText('On', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Console log' }).click();
    await page.locator('.kt-console time').first().waitFor();
    await accessible(page, 'the console of a machine');
    await visit(page, '#/guests/ns1/tkc01');
    await see('1 of 1 ready', SLOW);
  });

  it('offers the releases that the cluster can go to', async () => {
    await press('Upgrade…');
    const release = page.getByRole('dialog').getByLabel('Kubernetes release');
    await release.waitFor();
    const offered = await release.locator('option').allTextContents();
    expect(offered.slice(1).every((version) => /^v1\.1[89]\./.test(version)), offered.join()).toBe(true);
    await accessible(page, 'the dialog of upgrading');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('upgrades the cluster and follows its machines in the dialog', async () => {
    await press('Upgrade…');
    const dialog = page.getByRole('dialog');
    const release = dialog.getByLabel('Kubernetes release');
    await release.waitFor();
    const wanted = (await release.locator('option').allTextContents()).find((version) => version.startsWith('v1.19.')) ?? '';
    await release.selectOption(wanted);
    await dialog.getByRole('button', { name: 'Upgrade', exact: true }).click();
    await dialog.getByRole('progressbar', { name: 'Control plane' }).waitFor({ timeout: SLOW });
    await accessible(page, 'the dialog that follows an upgrade');
    await dialog.getByText(`The cluster runs ${wanted}.`).waitFor({ timeout: SLOW });
    await dialog.locator('.modal-footer').getByRole('button', { name: 'Close' }).click();
    await page.locator('main .kt-page-head').getByText('Running', { exact: true }).waitFor({ timeout: SLOW });
    const rows = await page.locator('main tbody tr').allTextContents();
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.every((row) => row.includes(wanted)), rows.join()).toBe(true);
  });

  it('shows a user what is theirs, and lets them work in it', async () => {
    const theirs = await person(browser);
    const other = await theirs.newPage();
    await logIn(other, 'devops', 'a-Long-one-2026!');
    expect(await other.getByRole('link', { name: 'Audit' }).count()).toBe(0);
    await visit(other, '#/namespaces');
    await other.locator('main').getByRole('link', { name: 'ns1' }).waitFor();
    expect(await other.getByRole('button', { name: 'New namespace' }).count()).toBe(0);
    await visit(other, '#/guests/ns1/tkc01');
    await other.locator('main').getByText('1 of 1 ready').waitFor();
    await other.getByRole('button', { name: 'Scale…' }).click();
    await other.getByRole('dialog').getByLabel('Workers').fill('2');
    await other.getByRole('dialog').getByRole('button', { name: 'Scale' }).click();
    await see('3 items', SLOW); // on the administrator's page, which nobody has touched
    await theirs.close();
  });

  it('offers a kubeconfig', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), press('Kubeconfig')]);
    expect(download.suggestedFilename()).toBe('tkc01.kubeconfig');
  });

  it('has no obstacle on any page, light and dark', async () => {
    const places = ['', 'supervisors/domain-c8', 'supervisors/domain-c8?tab=settings', 'supervisors/domain-c8?tab=steps', 'supervisors/domain-c8?tab=events', 'namespaces', 'namespaces/ns1', 'guests',
      'guests/ns1/tkc01', 'guests/ns1/tkc01?tab=services', 'guests/ns1/tkc01?tab=yaml', 'guests/ns1/tkc01?tab=events', 'balancers', 'network', 'inventory', 'inventory?tab=hosts', 'events', 'audit',
      'users', 'account', 'downloads', 'nowhere'];
    const dark = ['', 'supervisors/domain-c8', 'namespaces/ns1', 'guests/ns1/tkc01', 'guests/ns1/tkc01?tab=explain', 'balancers', 'network', 'inventory', 'events', 'audit', 'enable', 'guests/new'];
    const named: Record<string, string> = { balancers: 'balancers', network: 'network', inventory: 'inventory', 'namespaces/ns1': 'namespace' };
    for (const theme of ['light', 'dark'] as const) {
      await page.getByRole('button', { name: theme === 'dark' ? 'Dark colours' : 'Light colours' }).click().catch(() => undefined);
      for (const place of theme === 'dark' ? dark : places) {
        await visit(page, `#/${place}`);
        await accessible(page, `#/${place}, ${theme}`);
        if (named[place] !== undefined) {
          await picture(page, theme === 'dark' ? `${named[place]}-dark` : named[place]);
        }
      }
    }
    await page.getByRole('button', { name: 'Light colours' }).click();
  });

  it('speaks Japanese', async () => {
    await visit(page, '#/guests');
    await page.getByRole('button', { name: '日本語で表示' }).click();
    await page.getByRole('heading', { name: 'Tanzu Kubernetes クラスタ' }).waitFor();
    await accessible(page, 'a page in Japanese');
    await picture(page, 'japanese');
    await page.getByRole('button', { name: 'Show in English' }).click();
  });

  it('can be used with the keyboard alone', async () => {
    await visit(page, '#/guests/ns1/tkc01');
    await page.getByRole('tab', { name: 'Summary' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement?.id === 'tab-explain');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => document.activeElement?.id === 'tab-summary'); // the tab takes the focus when it is drawn
    await page.getByRole('button', { name: 'Scale…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('tells who did what', async () => {
    await visit(page, '#/audit');
    await see(/tanzukubernetesclusters/);
    await see('devops@vsphere.local');
    await see('administrator@vsphere.local');
  });

  it('upgrades the Supervisor, whose API answers throughout', async () => {
    await visit(page, '#/supervisors/domain-c8');
    await press('Upgrade…');
    const version = page.getByRole('dialog').getByLabel('Version');
    await version.waitFor();
    await accessible(page, 'the dialog of upgrading a Supervisor');
    await version.selectOption({ index: 1 });
    const wanted = await version.inputValue();
    await page.getByRole('dialog').getByRole('button', { name: 'Upgrade', exact: true }).click();
    let answers = 0;
    await expect
      .poll(
        async () => {
          const status = await page.evaluate(async () => (await fetch('/api/kantoku/supervisor/kubernetes/version')).status);
          expect(status).toBe(200);
          answers++;
          const rows = await page.locator('main tbody tr').allTextContents();
          return rows.length === 3 && rows.every((row) => row.includes(wanted) && row.includes('Ready'));
        },
        { timeout: SLOW, interval: 100 },
      )
      .toBe(true);
    expect(answers).toBeGreaterThan(0);
  });

  it('deletes the cluster', async () => {
    await visit(page, '#/guests/ns1/tkc01');
    await press('Delete…');
    await page.getByRole('dialog').getByLabel('Type tkc01 to confirm').fill('tkc01');
    await accessible(page, 'the dialog of deleting');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await see('There is no such cluster', SLOW);
  });

  it('disables Workload Management, step by step', async () => {
    await visit(page, '#/supervisors/domain-c8');
    await press('Disable…');
    await page.getByRole('dialog').getByLabel(/^Type .* to confirm/).fill('cluster01');
    await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
    await see('Namespaces and guest clusters');
    await see('This cluster has no Supervisor', SLOW);
  });

  it('forgets everything when one logs out', async () => {
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
    const status = await page.evaluate(async () => (await fetch('/api/kantoku/session')).status);
    expect(status).toBe(401);
  });

  it('never met a script that failed or that the policy stopped', () => {
    expect(wrong).toEqual([]);
    expect(pictures().length).toBeGreaterThan(8);
    expect(password()).not.toBe('');
  });
});
