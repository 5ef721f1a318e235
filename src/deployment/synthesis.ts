import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InsightsError } from '../contract/errors';
import type { RunChild } from './child-process';

export interface SynthesisRequest {
  readonly projectRoot: string;
  readonly environment: string;
  /** @default cdktf.out in the project, as the `cdktf` command has it */
  readonly outputFolder?: string;
  /** @default environments in the project */
  readonly environmentsFolder?: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly run: RunChild;
}

/** A stack of an environment, in the folder in which Terraform runs. */
export interface StackFolder {
  readonly name: string;
  /** Whether it holds data, and so comes first and goes last (OWN1). */
  readonly isPlatform: boolean;
  readonly folder: string;
}

/**
 * Synthesises one environment in a process of its own: main.ts is the composition root, and nothing here knows constructs.
 * @returns its stacks, platform first.
 * @throws InsightsError SYNTHESIS_FAILED with the words of the synthesis.
 */
export async function synthesise(request: SynthesisRequest): Promise<readonly StackFolder[]> {
  const { projectRoot, environment, environmentsFolder, variables, run } = request;
  const outputFolder = request.outputFolder ?? join(projectRoot, 'cdktf.out');
  const { exitCode, stderr } = await run({
    program: process.execPath,
    arguments: ['--import', 'tsx', 'main.ts'],
    folder: projectRoot,
    variables: {
      ...variables,
      ENVIRONMENT: environment,
      CDKTF_OUTDIR: outputFolder,
      ...(environmentsFolder === undefined ? {} : { ENVIRONMENTS: environmentsFolder }),
    },
  });
  if (exitCode !== 0) {
    throw new InsightsError('SYNTHESIS_FAILED', `${environment} could not be synthesised.\n${stderr.trim()}`);
  }
  return ['platform', 'insights'].flatMap((part) => {
    const name = `${environment}-${part}`;
    const folder = join(outputFolder, 'stacks', name);
    return existsSync(join(folder, 'cdk.tf.json')) ? [{ name, isPlatform: part === 'platform', folder }] : [];
  });
}
