import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue } from '../../catalogue/load';
import { LakePaths } from '../../contract/lake-paths';
import { catalogueFolder } from '../../contract/project-folders';
import { defaultDataVersion } from '../../contract/versions';
import { openDatabase } from '../../engine/database';
import { openStore } from '../../lake/store-factory';
import { makeTemporary, memoryParent, removeTemporary } from '../../lake/temporary-folder';
import { profileLake } from '../data/lake-profile';
import { countSmallGroups } from '../data/small-groups';
import { runCheckov } from './checkov';
import {
  bundlePrograms,
  evidenceFiles,
  processRevision,
  synthesiseRevision,
  writeReviewSalt,
  type RevisionCode,
} from './run-code';

/** Two lakes of a committed set, with what a run needs beside them, have many times more room than they take. */
const roomForLakes = 512 * 1024 * 1024;

/**
 * Runs the code of a folder and leaves what a review needs in its output folder, which is made: stacks, findings of policy and
 * Checkov, and what the engine makes of a drop of invented data. Code that fails leaves the words of its failure.
 * @param drop folder of the drop; undefined: none is processed.
 */
export async function collect(code: Omit<RevisionCode, 'programs'>, drop: string | undefined): Promise<void> {
  const { output, tree } = code;
  mkdirSync(output, { recursive: true });
  for (const file of ['stacks', ...Object.values(evidenceFiles)])
    rmSync(join(output, file), { recursive: true, force: true });
  const folder = makeTemporary();
  try {
    const programs = await bundlePrograms(tree, folder);
    await Promise.all([
      collectStacks({ ...code, programs }),
      drop === undefined ? undefined : collectLake({ ...code, programs }, drop),
    ]);
  } finally {
    removeTemporary(folder);
  }
}

/** What comes from synthesis. */
async function collectStacks(code: RevisionCode): Promise<void> {
  await synthesiseRevision(code);
  await judgeStacks(code);
}

/** What Checkov says of the stacks, where there are some. */
export async function judgeStacks(code: RevisionCode): Promise<void> {
  if (existsSync(join(code.output, 'stacks'))) await runCheckov(code);
}

/** What comes from a drop. */
export async function collectLake(code: RevisionCode, drop: string): Promise<void> {
  const { output, tree } = code;
  const folder = makeTemporary(memoryParent(roomForLakes));
  try {
    const lake = join(folder, 'lake');
    const isProcessed = await processRevision(code, { drop, lake, saltFile: writeReviewSalt(folder) });
    if (isProcessed && existsSync(lake)) await measureLake(lake, catalogueFolder(tree), output);
  } finally {
    removeTemporary(folder);
  }
}

/** Leaves what a processed lake holds, and whom it singles out, by the catalogue that it was made with. */
async function measureLake(lake: string, catalogueFolder: string, output: string): Promise<void> {
  const store = await openStore(lake);
  const database = await openDatabase();
  try {
    const paths = new LakePaths('dev', defaultDataVersion);
    const [first, second] = database.connections;
    const catalogue = loadCatalogue('strict', { folder: catalogueFolder });
    const [profile, smallGroups] = await Promise.all([
      profileLake(store, paths, first),
      countSmallGroups({ store, paths, catalogue, connection: second }),
    ]);
    writeFileSync(join(output, evidenceFiles.lake), JSON.stringify(profile));
    if (smallGroups !== undefined) writeFileSync(join(output, evidenceFiles.smallGroups), JSON.stringify(smallGroups));
  } finally {
    database.close();
    await store.close();
  }
}
