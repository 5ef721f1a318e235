import * as fs from 'node:fs/promises';
import path from 'node:path';
import { rekeyCatalogue } from './rekey';
import { smallRows, writeDrop } from './small-drop';
import { runEngine } from './small-lake';
import { smallPaths } from './small-place';

/**
 * Makes a lake in a folder, of which a section and a group left with the second snapshot; the landed files of the first are
 * past their retention.
 * @param drop an empty folder for what is delivered
 */
export async function makeAgedLake(lake: string, drop: string): Promise<void> {
  const roster = {
    '2022-01-28T06-16-22': {},
    '2022-01-29T06-16-22': { Section: smallRows('Section', 5), AadGroup: smallRows('AadGroup', 5) },
  };
  await writeDrop(drop, { roster }, rekeyCatalogue);
  await runEngine({ drop, lake, catalogue: rekeyCatalogue });
  for (const table of ['AadGroup', 'Section']) {
    await fs.rm(path.join(lake, smallPaths.landedBatch(table, 'snapshot', '2022-01-28 06:16:22')), { recursive: true });
  }
}
