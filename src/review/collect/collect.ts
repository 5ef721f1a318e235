import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue } from '../../catalogue/load';
import { LakePaths } from '../../contract/lake-paths';
import { defaultDataVersion } from '../../contract/versions';
import { openDatabase } from '../../engine/database';
import { openStore } from '../../lake/store-factory';
import { profileLake } from '../data/lake-profile';
import { countSmallGroups } from '../data/small-groups';
import { runCheckov } from './checkov';
import { evidenceFiles, processRevision, synthesiseRevision, writeReviewSalt, type RevisionCode } from './run-code';

export interface CollectOptions {
  /** Folder of the drop that both revisions process; undefined: none is processed. */
  readonly drop?: string;
}

/**
 * Runs the code of a revision and leaves what a review needs in its output folder: stacks, findings of policy and Checkov,
 * and what the engine makes of a drop of invented data. A revision that fails leaves the words of its failure.
 */
export async function collect(code: RevisionCode, { drop }: CollectOptions): Promise<void> {
  const { output } = code;
  mkdirSync(output, { recursive: true });
  for (const file of ['stacks', ...Object.values(evidenceFiles)])
    rmSync(join(output, file), { recursive: true, force: true });
  await Promise.all([synthesise(code), drop === undefined ? undefined : profile(code, drop)]);
}

async function synthesise(code: RevisionCode): Promise<void> {
  await synthesiseRevision(code);
  if (existsSync(join(code.output, 'stacks'))) await runCheckov(code);
}

async function profile(code: RevisionCode, drop: string): Promise<void> {
  const { output, tree } = code;
  const lake = join(output, 'lake');
  const saltFile = writeReviewSalt(output);
  try {
    if (!(await processRevision(code, drop, saltFile)) || !existsSync(lake)) return;
    await measureLake(lake, join(tree, 'assets/catalogue'), output);
  } finally {
    rmSync(lake, { recursive: true, force: true });
    rmSync(saltFile, { force: true });
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
