/// <reference lib="dom" />
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { serveDashboard } from '../../src/dashboard/server';
import { chromiumFlags } from '../chromium';
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
 * The page of a lake in a real browser. First paint: from the start of the navigation until the frame with the numbers has
 * been painted. A filter: from the choice in a slicer until the frame with the filtered numbers has been painted; of a school
 * that includes loading its numbers.
 */
export async function lookAtDashboard(input: LookAtDashboardInput, timed: Timed): Promise<Counts> {
  const server = await serveDashboard(0);
  const browser = await chromium.launch({ executablePath: input.chromium, args: [...chromiumFlags] });
  try {
    server.ready(await openLake(input.lake));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript({ path: path.join(__dirname, 'note-paint.cjs') });
    return await timed(async () => {
      await page.goto(server.url);
      const firstPaintMs = await page.evaluate(() => window.painted);
      const times = new Map<string, readonly number[]>();
      for (const slicer of slicers) times.set(slicer, await filterTimes(page, slicer));
      const all = [...times.values()].flat();
      const bySlicer = [...times].flatMap(([slicer, own]): [string, number][] => [
        [`${slicer}MedianMs`, round(median(own), 1)],
        [`${slicer}MostMs`, round(Math.max(...own), 1)],
      ]);
      return {
        firstPaintMs: round(firstPaintMs, 1),
        filters: all.length,
        filterMedianMs: round(median(all), 1),
        filterMostMs: round(Math.max(...all), 1),
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
    choose: (slicer: string, index: number) => Promise<number>;
  }
}

async function filterTimes(page: Page, slicer: string): Promise<number[]> {
  const values = await page
    .locator(`#filter-${slicer} option:not([disabled])`)
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).index).slice(1));
  const step = Math.max(1, Math.ceil(values.length / mostValues));
  const times: number[] = [];
  for (const index of [...values.filter((_, at) => at % step === 0), 0]) {
    times.push(await page.evaluate(([name, at]) => window.choose(name, at), [slicer, index] as const));
  }
  return times;
}
