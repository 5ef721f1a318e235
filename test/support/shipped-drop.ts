import { existsSync } from 'node:fs';
import * as path from 'node:path';

/** Folder of the shipped K-12 drop, which holds `M365/`. It lies beside the project, never in it. */
export const shippedDrop = path.resolve(__dirname, '../../../shared/upstream/k12');

/** A test that needs the shipped drop; without it it is listed as skipped, with the reason in its name. */
export function testWithShippedDrop(name: string, run: () => Promise<void>, timeout = 20_000): void {
  if (existsSync(shippedDrop)) test(name, run, timeout);
  else test.skip(`${name} (skipped: there is no ../shared/upstream)`, run);
}
