import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'playwright-core';

const chromium = '/usr/bin/chromium';

/** Chromium where the system installs it; undefined where it is not there. */
export function installedChromium(): string | undefined {
  return existsSync(chromium) ? chromium : undefined;
}

/** No request of its own, and none of what a container does not allow. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Milliseconds between two looks at what the browser has used. */
const lookEvery = 250;

/** Share of a processor below which a browser waits. */
const idleShare = 0.1;

/** Milliseconds after which a browser that is never idle is used all the same. */
const longestStart = 15_000;

/**
 * When a browser that was just started has ended its own start. In its first second Chromium loads pages of its own, on a
 * processor that the page to be measured would share; whoever opens a page has their browser running already.
 */
export async function browserIsIdle(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const usedSeconds = async (): Promise<number> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((total, { cpuTime }) => total + cpuTime, 0);
  };
  for (let waited = 0, before = await usedSeconds(); waited < longestStart; waited += lookEvery) {
    await setTimeout(lookEvery);
    const now = await usedSeconds();
    if (now - before < (idleShare * lookEvery) / 1000) break;
    before = now;
  }
  await session.detach();
}
