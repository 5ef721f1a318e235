import { InsightsError } from '../contract/errors';
import { isRecent, oldestTool } from '../contract/tool-versions';
import type { ChildResult, RunChild } from './child-process';
import type { TerraformPlan } from './plan-summary';
import { progressOf } from './terraform-progress';

/** Name of the plan file in a stack's folder. What is applied is this file, never a plan made anew. */
export const planFile = 'approved.tfplan';

export interface TerraformOptions {
  /** `terraform` or `tofu`, as `findTerraform` gives it. */
  readonly program: string;
  readonly folder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly run: RunChild;
  /** Told what Terraform is at, as `progressOf` picks it. */
  readonly progress: (line: string) => void;
}

/**
 * The tool that reads the synthesised JSON.
 * @throws InsightsError TERRAFORM_MISSING
 */
export async function findTerraform(
  run: RunChild,
  variables: Readonly<Record<string, string | undefined>>,
  folder: string,
): Promise<string> {
  for (const program of ['terraform', 'tofu'] as const) {
    const { exitCode, stdout } = await run({ program, arguments: ['version', '-json'], folder, variables });
    if (exitCode !== 0) continue;
    const version = /"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1];
    if (version !== undefined && isRecent(version, oldestTool[program])) return program;
  }
  throw new InsightsError(
    'TERRAFORM_MISSING',
    `Neither Terraform ${oldestTool.terraform} nor OpenTofu ${oldestTool.tofu}, or newer, is on the PATH.`,
  );
}

/** Terraform in the folder of one stack. */
export class Terraform {
  constructor(private readonly options: TerraformOptions) {}

  async init(): Promise<void> {
    await this.must('init', '-input=false', '-no-color');
  }

  /** Addresses of the resources that the state knows; none where there is no state yet. */
  async stateAddresses(): Promise<readonly string[]> {
    const { exitCode, stdout } = await this.call(['state', 'list'], false);
    return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  }

  /** Writes the plan file, and reads it. */
  async plan(mode: 'apply' | 'destroy' = 'apply'): Promise<TerraformPlan> {
    const destroy = mode === 'destroy' ? ['-destroy'] : [];
    await this.must('plan', '-input=false', '-no-color', `-out=${planFile}`, ...destroy);
    return this.showPlan();
  }

  /** What the plan file says, whoever made it. */
  async showPlan(): Promise<TerraformPlan> {
    const { stdout } = await this.must('show', '-json', '-no-color', planFile);
    return JSON.parse(stdout) as TerraformPlan;
  }

  /** Applies exactly the plan file. */
  async applyPlan(): Promise<void> {
    await this.must('apply', '-input=false', '-no-color', planFile);
  }

  /** Values of the stack's outputs, but for sensitive ones. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { stdout } = await this.must('output', '-json', '-no-color');
    const outputs = JSON.parse(stdout) as Readonly<Record<string, { value: unknown; sensitive?: boolean }>>;
    return Object.fromEntries(
      Object.entries(outputs).flatMap(([name, { value, sensitive }]) => (sensitive === true ? [] : [[name, value]])),
    );
  }

  /** Whether nothing is left to do: azapi takes some failed updates for done, and only another plan shows it. */
  async isSettled(): Promise<boolean> {
    const words = ['plan', '-input=false', '-no-color', '-detailed-exitcode'];
    const result = await this.call(words, true);
    if (result.exitCode === 0) return true;
    if (result.exitCode === 2) return false;
    throw failure(words, result);
  }

  private async must(...words: string[]): Promise<ChildResult> {
    const result = await this.call(words, words[0] !== 'show' && words[0] !== 'output');
    if (result.exitCode !== 0) throw failure(words, result);
    return result;
  }

  private call(words: readonly string[], isShown: boolean): Promise<ChildResult> {
    const { program, folder, variables, run, progress } = this.options;
    return run({
      program,
      arguments: words,
      folder,
      variables: { ...variables, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
      ...(isShown ? { onLine: progressOf(progress) } : {}),
    });
  }
}

function failure(words: readonly string[], { exitCode, stderr }: ChildResult): InsightsError {
  const what = exitCode === undefined ? 'was interrupted' : `ended with ${exitCode}`;
  const said = stderr.trim();
  return new InsightsError('TERRAFORM_FAILED', `terraform ${words[0]} ${what}.${said === '' ? '' : `\n${said}`}`);
}
