/// <reference lib="dom" />
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadCatalogue } from '../../src/catalogue/load';
import { InsightsError } from '../../src/contract/errors';
import { exportSite } from '../../src/dashboard/export-site';
import { openDashboard, type Dashboard } from '../../src/dashboard/open-dashboard';
import { serveDashboard, type DashboardServer } from '../../src/dashboard/server';
import { formatPeriod } from '../../src/dashboard/page/format';
import { FolderStore } from '../../src/lake/folder-store';
import golden from '../powerbi/golden/k12.json';
import { committedSets } from '../support/set-lake';
import { runEngine, smallPaths } from '../support/small-lake';
import { accessibilityFaults, cards, shown, tableOf, useBrowser, visit } from './browser';

const open = useBrowser();
let folder: string;
let dashboard: Dashboard;
let server: DashboardServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'insights-test-'));
  const drop = path.resolve(__dirname, '../../test_data/k12');
  const lake = path.join(folder, 'lake');
  await runEngine({ drop, lake, catalogue: loadCatalogue('strict') });
  const store = new FolderStore(lake, { durable: false });
  dashboard = await openDashboard({ store, paths: smallPaths, timeZone: committedSets.k12, progress: () => undefined });
  await store.close();
  server = await serveDashboard(0);
  await server.ready(dashboard);
}, 300_000);

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const [total] = golden.cards as unknown as Readonly<Record<string, number>>[];
const whole = (value: number | undefined): string => new Intl.NumberFormat('en-GB').format(Math.round(value ?? NaN));

test('the numbers in the page are the golden ones', async () => {
  const { page, complaints, requests } = await open();
  await visit(page, server.url, '#engagement?kinds=class-team');
  expect(await cards(page)).toEqual({
    Signals: whole(total?.['Signals']),
    'Active users': whole(total?.['Active Users']),
    'Active students': whole(total?.['Active Students']),
    Schools: whole(total?.['Active Schools']),
    Classes: whole(total?.['Active Classes']),
    Days: whole(total?.['Days']),
  });
  const weeks = [...new Set(golden['users per kind and week'].map(({ week }) => week))];
  const kinds = ['Class Team Visited', 'File Opened', 'Reading Assignment Submission'];
  const users = weeks.map((week) =>
    kinds.map(
      (kind) =>
        golden['users per kind and week'].find((one) => one.week === week && one.classTeamGroup === kind)?.[
          'Active Users'
        ],
    ),
  );
  expect((await tableOf(page, 'kinds')).map(([, ...cells]) => cells)).toEqual(users.map((row) => row.map(whole)));
  expect((await tableOf(page, 'days')).map(([, signals]) => signals)).toEqual(
    golden['signals per day'].map(({ Signals }) => whole(Signals)),
  );
  const topics = await page.locator('.topic dd strong').allTextContents();
  expect(topics.slice(0, 3)).toEqual(
    ['Meetings', 'Meeting Participants', 'Meeting Minutes'].map((name) => whole(total?.[name])),
  );
  expect(complaints).toEqual([]);
  expect(requests.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([]);
});

test('CELL1: schools of few people are hidden in the page, all others have their golden numbers', async () => {
  const { page } = await open();
  await visit(page, server.url, '#engagement');
  const signals = golden['signals per school'].map((one) => ({
    ...one,
    name: dashboard.site.engagement.values.schools.find(({ id }) => id === one.school)?.name ?? '',
  }));
  const rows = new Map((await tableOf(page, 'schools')).map(([name = '', value = '']) => [name, value]));
  const large = signals.filter((one) => one['Active Users'] > 20);
  expect(large).toHaveLength(5);
  expect(large.map(({ name }) => rows.get(name))).toEqual(large.map(({ Signals }) => whole(Signals)));
  expect(signals.filter((one) => !large.includes(one)).map(({ name }) => rows.get(name))).toEqual(['hidden', 'hidden']);
});

test('each slicer filters, stands in the address, and goes again', async () => {
  const { page } = await open();
  await visit(page, server.url, '#engagement');
  const before = await cards(page);
  for (const [field, index] of [
    ['school', 1],
    ['role', 1],
    ['app', 1],
    ['period', 2],
  ] as const) {
    const select = page.locator(`#filter-${field}`);
    await select.selectOption({ index });
    await shown(page);
    const chosen = await select.inputValue();
    expect(new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get(field)).toBe(chosen);
    expect((await cards(page))['Signals']).not.toBe(before['Signals']);
    await page.locator('.reset').click();
    await shown(page);
    expect(await cards(page)).toEqual(before);
  }
});

test('CELL3: a class is one of its school, and its numbers are rounded', async () => {
  const { page } = await open();
  await visit(page, server.url, '#engagement');
  expect(await page.locator('#filter-class').isDisabled()).toBe(true);
  await page.locator('#filter-school').selectOption({ index: 1 });
  await shown(page);
  await page.locator('#classes a').first().click();
  await page.waitForSelector('.class-name');
  const numbers = Object.values(await cards(page));
  expect(numbers.filter((text) => text !== 'hidden' && Number(text.replace(/about |,/g, '')) % 5 !== 0)).toEqual([]);
  expect(await page.locator('svg').count()).toBe(0);
});

test('a mark of a chart filters by click and by keyboard', async () => {
  const { page } = await open();
  await visit(page, server.url, '#engagement');
  await page.locator('#schools svg a').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.includes('school='));
  await page.locator('#apps svg a').first().click();
  await page.waitForFunction(() => location.hash.includes('app='));
  await page.goBack();
  await page.waitForFunction(() => !location.hash.includes('app='));
  expect(page.url()).toContain('school=');
});

test('a mark says what it is when it is pointed at', async () => {
  const { page } = await open();
  await visit(page, server.url, '#engagement');
  const titles: (string | null)[] = [];
  for (const mark of ['#kinds a rect', '#schools a rect', '#hours rect', '#apps a rect']) {
    const first = page.locator(mark).first();
    await first.hover();
    titles.push(await first.locator('title').textContent());
  }
  const labels = await page
    .locator('#kinds a:first-child, #schools a:first-child, #apps a:first-child')
    .evaluateAll((links) => links.map((link) => link.ariaLabel));
  const [midnight] = dashboard.site.engagement.all.hours;
  expect(titles).toEqual([labels[0], labels[1], `Mon 0:00 to 1:00, ${midnight ?? 'hidden'} signals`, labels[2]]);
  expect(titles[0]).toMatch(/^Week of .* users$/);
});

test('the first measure of each topic goes from week to week, and a column of it filters by its week', async () => {
  const { page } = await open();
  await visit(page, server.url, '#engagement');
  const readings = (await tableOf(page, 'reading')).map(([, submissions = '']) => submissions);
  expect(await page.locator('#reading svg a').evaluateAll((all) => all.map((one) => one.ariaLabel))).toEqual(
    dashboard.site.engagement.values.weeks.map(
      ({ id }, index) => `${formatPeriod(id)}: ${readings[index]}, Reading Submissions`,
    ),
  );
  await page.locator('#reading svg a').nth(1).click();
  await page.waitForFunction(() => location.hash.includes('period='));
  await shown(page);
  expect(await page.locator('#reading dd strong').first().innerText()).toBe(readings[1]);
  // Persons are rounded where anything else is filtered, and said to be.
  await page.locator('#filter-role').selectOption({ label: 'Student' });
  await shown(page);
  expect(await page.locator('#reading dd strong').nth(1).innerText()).toMatch(/^about \d*[05]$/);
});

test('where the page was scrolled to is drawn anew before the numbers count as seen, and a browser that never says it is idle is drawn for all the same', async () => {
  const { page, complaints } = await open();
  // As Safari.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'requestIdleCallback'));
  await visit(page, server.url, '#engagement');
  await page.locator('#apps').scrollIntoViewIfNeeded();
  const before = await page.locator('#apps').evaluateHandle((node) => node);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
  const isThere = await page.evaluate(
    (node) =>
      new Promise((resolve) => {
        new MutationObserver(() => resolve(node.isConnected)).observe(document.documentElement, {
          attributeFilter: ['data-seen'],
        });
        location.hash = '#engagement?app=Teams';
      }),
    before,
  );
  expect(isThere).toBe(false);
  await shown(page);
  expect(await page.locator('.grid .empty').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('on paper stands what was chosen, in drawings of the width of the paper', async () => {
  const { page } = await open();
  await visit(page, server.url, '#engagement?app=Teams');
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 718, height: 1000 });
  await page.waitForSelector('#days svg[width="654"]');
  expect(await page.locator('.slicers label:visible').allInnerTexts()).toEqual([
    expect.stringMatching(/^App\n/) as string,
  ]);
  expect(await page.locator('nav').isVisible()).toBe(false);
  await visit(page, server.url, '#dictionary');
  expect(await page.locator('details.card:visible').count()).toBe(dashboard.site.dictionary.length);
});

test('of many schools the largest have tiles, the others one together of what is shown of them, and all can be chosen', async () => {
  const { site } = dashboard;
  const { values, schools } = site.engagement;
  const width = schools.signals.length / values.schools.length;
  const copies = Array.from({ length: 20 }, (_, copy) => copy);
  const many = {
    ...values,
    schools: copies.flatMap((copy) => values.schools.map(({ id, name }) => ({ id: `${id}-${copy}`, name }))),
  };
  const signals = copies.flatMap(() => schools.signals);
  const other = await serveDashboard(0);
  try {
    const engagement = { ...site.engagement, values: many, schools: { signals } };
    await other.ready({ ...dashboard, site: { ...site, engagement } });
    const { page } = await open();
    await visit(page, other.url, '#engagement');
    const numbers = values.schools.flatMap((_, index) => schools.signals[index * width] ?? []).sort((a, b) => b - a);
    // Five schools of seven are large enough to be shown.
    const others = copies.flatMap(() => numbers).sort((a, b) => b - a);
    const rest = others.slice(60);
    expect([numbers.length, rest.length]).toEqual([5, 40]);
    expect(await page.locator('#schools svg a').count()).toBe(60);
    expect(await page.locator('#schools svg rect:not(a rect)').getAttribute('aria-label')).toBe(
      `40 smaller schools: ${whole(rest.reduce((total, one) => total + one, 0))} signals`,
    );
    expect(await page.locator('#filter-school option:not([disabled])').count()).toBe(101);
    await page.locator('#filter-app').selectOption({ index: 1 });
    await shown(page);
    const shownOfApp = copies.flatMap(() =>
      values.schools.flatMap((_, index) =>
        schools.signals[index * width + 1 + values.months.length + values.weeks.length] === null ? [] : [index],
      ),
    );
    await page.waitForFunction(
      (count) => document.querySelectorAll('#filter-school option:not([disabled])').length === count,
      1 + shownOfApp.length,
    );
  } finally {
    await other.close();
  }
});

test('the dictionary tells the way of a column from file to view and visual', async () => {
  const { page } = await open();
  await visit(page, server.url, '#dictionary?search=words+per+minute%2C+average');
  expect(await page.locator('[role=status]').innerText()).toBe('3 columns of 1 table.');
  const row = page.locator('tr').filter({ hasText: 'correct words in a minute' });
  const way = row.locator('details.way');
  await way.locator('summary').click();
  expect((await way.innerText()).split('\n').map((line) => line.trim())).toEqual([
    '1 measure, 2 visuals',
    ...['landed', 'column 23', 'ingested', '_c22'],
    ...['corrected', 'ReadingSubmissionWordsPerMinute', 'general', 'ReadingSubmissionWordsPerMinute'],
    'SQL views',
    'general activity.ReadingSubmissionWordsPerMinute',
    'general report_activity.ReadingSubmissionWordsPerMinute',
    ...['measures', 'Words per Minute', 'visuals'],
    'Words per minute, average (K-12, Assignments, reading, meetings)',
    'Words per minute, average (Higher Education, Assignments, reading, meetings)',
  ]);
});

test.each(['light', 'dark'] as const)('axe finds nothing wrong with any page in %s', async (colorScheme) => {
  const { page } = await open({ colorScheme });
  for (const hash of ['#engagement', '#engagement?app=Teams', '#runs', '#dictionary?search=grade', '#about']) {
    await visit(page, server.url, hash);
    expect([hash, ...(await accessibilityFaults(page))]).toEqual([hash]);
  }
});

test('nothing is wider than a screen of 360 pixels', async () => {
  const { page } = await open({ viewport: { width: 360, height: 780 } });
  for (const hash of ['#engagement', '#runs', '#dictionary', '#about']) {
    await visit(page, server.url, hash);
    expect([hash, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([hash, 360]);
  }
});

test('the static site works from a folder, with the same numbers and without a complaint', async () => {
  const site = path.join(folder, 'site');
  await exportSite(dashboard, site);
  const { page, complaints, requests } = await open();
  const url = pathToFileURL(path.join(site, 'index.html')).href;
  await visit(page, url, '#engagement');
  expect((await cards(page))['Signals']).toBe(whole(total?.['Signals']));
  await page.locator('#filter-school').selectOption({ index: 1 });
  await shown(page);
  expect((await cards(page))['Schools']).toBe('1');
  expect(complaints).toEqual([]);
  expect(requests.filter((one) => !one.startsWith('file:') && !one.startsWith('data:'))).toEqual([]);
});

describe('without numbers', () => {
  const heading = async (told: (state: DashboardServer) => void): Promise<string> => {
    const other = await serveDashboard(0);
    try {
      told(other);
      const { page } = await open();
      await page.goto(other.url);
      await page.waitForSelector('h1');
      expect(await accessibilityFaults(page)).toEqual([]);
      return await page.locator('#content').innerText();
    } finally {
      await other.close();
    }
  };

  test('a slow lake says how far it is', async () => {
    expect(await heading((one) => one.progress('Counting classes'))).toBe('Reading the lake\n\nCounting classes');
  });

  test('an empty lake says what to do', async () => {
    const error = new InsightsError('DASHBOARD_EMPTY', 'Workspace dev has no activity in version 1.14.');
    expect(await heading((one) => one.failed(error))).toContain(
      'This lake has no activity yet\n\nWorkspace dev has no activity in version 1.14.',
    );
  });

  test('a broken lake says what is broken, without quoting an error that nobody expected', async () => {
    expect(await heading((one) => one.failed(new Error('row 7: Ada')))).toBe(
      'The lake cannot be shown\n\nSomething unexpected happened while reading the lake.',
    );
  });
});
