/**
 * Prepares what the tier needs, as `--engine spark` does, with the packages of the tests beside it. Prints where Java and Python are, a line
 * each; with `--check` it only looks whether they are there.
 */
import * as path from 'node:path';
import { InsightsError } from '../../src/contract/errors';
import { runChild } from '../../src/deployment/child-process';
import { findSparkTools, setUpSpark } from '../../src/local-spark/set-up';

async function main(): Promise<void> {
  const projectRoot = path.resolve(__dirname, '..', '..');
  const requirements = [path.join(__dirname, 'requirements.txt')];
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  const request = { projectRoot, variables: process.env, run: runChild, requirements, progress };
  const { javaHome, python } = await (process.argv.includes('--check') ? findSparkTools(request) : setUpSpark(request));
  process.stdout.write(`${javaHome}\n${python}\n`);
}

main().catch((error: unknown) => {
  if (!(error instanceof InsightsError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n${error.nextStep}\n`);
  process.exitCode = error.exitCode;
});
