/// <reference lib="dom" />
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { serveDashboard } from '../../src/dashboard/server';
import { browserIsIdle, chromiumFlags } from '../chromium';
import { median, round } from '../report';
import type { Counts, Timed } from '../tasks';
import { openLake } from './open-dashboard';

export interface LookAtDashboardInput {
  readonly lake: string;
  /** Executable. */
  readonly chromium: string;
}

const slicers = ['school', 'role', 'app', 'period'] as const;

/** Of a slicer with more values that many are chosen, from the first to the last. */
const mostValues = 12;

/**
 * The page of a lake in a real browser that has ended its own start. First paint: from the start of the navigation until the frame with the numbers has
 * been painted. A filter: from the choice in a slicer until the frame with the filtered numbers has been painted, of what is on
 * the screen and of the whole page; of a school that includes loading its numbers.
 */
export async function lookAtDashboard(input: LookAtDashboardInput, timed: Timed): Promise<Counts> {
  const server = await serveDashboard(0);
  const browser = await chromium.launch({ executablePath: input.chromium, args: [...chromiumFlags] });
  try {
    await server.ready(await openLake(input.lake));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript({ path: path.join(__dirname, 'note-paint.cjs') });
    await browserIsIdle(browser);
    return await timed(async () => {
      await page.goto(server.url);
      const firstPaintMs = await page.evaluate(() => window.painted);
      const times = new Map<string, readonly FilterTime[]>();
      for (const slicer of slicers) times.set(slicer, await filterTimes(page, slicer));
      const all = [...times.values()].flat();
      const seen = all.map((one) => one.seen);
      const whole = all.map((one) => one.whole);
      const bySlicer = [...times].flatMap(([slicer, own]): [string, number][] => [
        [`${slicer}MedianMs`, round(median(own.map((one) => one.seen)), 1)],
        [`${slicer}MostMs`, round(Math.max(...own.map((one) => one.seen)), 1)],
      ]);
      return {
        firstPaintMs: round(firstPaintMs, 1),
        filters: all.length,
        filterMedianMs: round(median(seen), 1),
        filterMostMs: round(Math.max(...seen), 1),
        wholePageMedianMs: round(median(whole), 1),
        wholePageMostMs: round(Math.max(...whole), 1),
        ...Object.fromEntries(bySlicer),
      };
    });
  } finally {
    await browser.close();
    await server.close();
  }
}

/** What `note-paint.cjs` adds. */
declare global {
  interface Window {
    painted: Promise<number>;
    choose: (slicer: string, index: number) => Promise<[seen: number, whole: number]>;
  }
}

/** Milliseconds from a choice until what is on the screen, and the whole page, was painted. */
interface FilterTime {
  readonly seen: number;
  readonly whole: number;
}

async function filterTimes(page: Page, slicer: string): Promise<FilterTime[]> {
  const values = await page
    .locator(`#filter-${slicer} option:not([disabled])`)
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).index).slice(1));
  const step = Math.max(1, Math.ceil(values.length / mostValues));
  const times: FilterTime[] = [];
  for (const index of [...values.filter((_, at) => at % step === 0), 0]) {
    const [seen, whole] = await page.evaluate(([name, at]) => window.choose(name, at), [slicer, index] as const);
    times.push({ seen, whole });
  }
  return times;
}
