import { existsSync } from 'node:fs';

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
