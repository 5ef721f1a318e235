import { existsSync } from 'node:fs';
import path from 'node:path';
import { exitCodes, InsightsError } from '../contract/errors';
import { saltName } from '../contract/salt';
import { ownFolder, testDataFolder } from '../contract/project-folders';
import { PhaseClock } from '../rehearsal/phase-clock';
import type { LakeSteps } from './lake-steps';
import { ensureLocalSalt } from './local-salt';
import type { Output } from './output';
import { processedLake } from './own-lakes';
import type { Outcome } from './run-command';
import { printRunMessages, printStages, printVerification } from './stage-table';

/**
 * `insights process` without a drop: the committed K-12 export into a local lake, verified. Re-running is safe: the salt is kept, and the
 * engine lands and processes only what the lake does not have.
 */
export async function processExample(steps: LakeSteps, projectRoot: string, output: Output): Promise<Outcome> {
  const drop = testDataFolder(projectRoot, 'k12');
  if (!existsSync(path.join(drop, 'M365'))) {
    throw new InsightsError('START_DATA_MISSING', 'The K-12 example is missing.', {
      place: { file: path.relative(projectRoot, drop) },
    });
  }
  const folder = ownFolder(projectRoot);
  const lake = processedLake(projectRoot);
  const saltFile = path.join(folder, saltName('dev', 'strict'));
  const html = path.join(folder, 'verification.html');
  await ensureLocalSalt(saltFile);

  const progress = (text: string): void => output.progress(text);
  const clock = new PhaseClock();
  const run = await steps.process({ drop, lake, saltFile, progress });
  const processed = clock.lap();
  const verification = await steps.verify({ lake, saltFile, html, progress });
  const verified = clock.lap();

  printStages(verification.tables, output);
  output.line();
  printRunMessages(run, output);
  printVerification(verification, output);
  output.line();
  const seconds = (taken: number): string => `${taken.toFixed(1)} s`;
  const what = run.outcome === 'nothing to do' ? 'Nothing new to process' : 'Processed';
  output.line(`${what} (${seconds(processed)}), verified (${seconds(verified)})`);
  output.line(`Lake:    ${path.relative(projectRoot, lake)}`);
  output.line(`Report:  ${path.relative(projectRoot, html)}`);
  output.line('Look:    npx insights dashboard');

  const isGood = run.outcome !== 'failed' && verification.outcome === 'passed';
  return {
    exitCode: isGood ? exitCodes.done : exitCodes.checkFailed,
    result: { drop, lake, html, run, verification },
  };
}
