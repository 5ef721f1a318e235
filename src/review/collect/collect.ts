import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultDataVersion } from '../../contract/versions';
import { profileLake } from '../data/lake-profile';
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
  const { output } = code;
  const lake = join(output, 'lake');
  const saltFile = writeReviewSalt(output);
  try {
    if (!(await processRevision(code, drop, saltFile))) return;
    writeFileSync(join(output, evidenceFiles.lake), JSON.stringify(await profileLake(lake, defaultDataVersion)));
  } finally {
    rmSync(lake, { recursive: true, force: true });
    rmSync(saltFile, { force: true });
  }
}
