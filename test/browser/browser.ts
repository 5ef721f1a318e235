import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { chromiumFlags, installedChromium } from '../../bench/chromium';

/** A browser for a test file, and pages in it whose every request and complaint is kept. */
export function useBrowser(): (options?: BrowserContextOptions) => Promise<WatchedPage> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: installedChromium()!, args: [...chromiumFlags] });
  });
  afterAll(() => browser.close());
  return async (options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    return { page, complaints, requests };
  };
}

export interface WatchedPage {
  readonly page: Page;
  /** Of the console, violations of the content policy among them. */
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

/** Goes to a place of the dashboard and waits until it is shown. @param hash with `#` */
export async function visit(page: Page, url: string, hash: string): Promise<void> {
  await page.goto(`${url}${hash}`);
  await shown(page);
}

export async function shown(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset['shown'] === location.hash);
  await page.waitForSelector('h1');
}

/** What axe finds wrong, by rule with the elements. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // Through the debugger, because the page's own policy lets no other script in.
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}

/** Names and values of the cards. */
export async function cards(page: Page): Promise<Record<string, string>> {
  const texts = await page
    .locator('.cards li')
    .evaluateAll((items) =>
      items.map((item) => [
        item.querySelector('span')?.textContent ?? '',
        item.querySelector('strong')?.textContent ?? '',
      ]),
    );
  return Object.fromEntries(texts) as Record<string, string>;
}

/** The rows of a figure's table, which is made when it is opened. */
export async function tableOf(page: Page, figure: string): Promise<string[][]> {
  await page.locator(`#${figure} details`).evaluate((details) => details.setAttribute('open', ''));
  await page.waitForSelector(`#${figure} tbody`);
  return page
    .locator(`#${figure} tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('th, td')].map(({ textContent }) => textContent ?? '')),
    );
}
