import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { generateDrop } from '../../src/test-data/generate';
import type { GenerateOptions } from '../../src/test-data/options';
import type { Counts, Timed } from '../tasks';
import { processLake } from './process-lake';

export interface MakeLakeInput {
  readonly options: GenerateOptions;
  /** New folder of the lake. */
  readonly folder: string;
}

/** A lake with everything of a drop, roster and activity. The drop does not stay. */
export async function makeLake({ options, folder }: MakeLakeInput, timed: Timed): Promise<Counts> {
  const drop = path.join(folder, 'drop');
  await mkdir(folder, { recursive: true });
  await generateDrop(options, drop);
  const counts = await processLake({ drop, lake: path.join(folder, 'lake'), expect: 'succeeded' }, timed);
  await rm(drop, { recursive: true });
  return counts;
}
