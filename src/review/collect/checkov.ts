import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckFinding } from '../evidence';
import { plainText } from './plain-file';
import { evidenceFiles, type RevisionCode } from './run-code';

interface CheckovRun {
  readonly results?: {
    readonly failed_checks?: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly file_path: string;
      readonly resource: string;
    }[];
  };
}

interface Skip {
  readonly check: string;
  readonly stacks: readonly string[];
}

/** Has Checkov judge the synthesised stacks, where it is installed (INSIGHTS_CHECKOV names it, else the PATH). */
export async function runCheckov({ output, variables, run }: RevisionCode): Promise<void> {
  const { stdout } = await run({
    program: variables['INSIGHTS_CHECKOV'] ?? 'checkov',
    arguments: [
      ...['--directory', join(output, 'stacks'), '--framework', 'terraform_json', 'terraform'],
      ...['--skip-download', '--compact', '--quiet', '--output', 'json'],
    ],
    folder: output,
    variables: { ...variables, LOG_LEVEL: 'ERROR' },
  });
  // Its exit code says that something failed, which its report says too; without it there is no report.
  if (stdout.trim() !== '') writeFileSync(join(output, evidenceFiles.checkov), stdout);
}

/** Findings that the list of skips of the revision does not cover; undefined when Checkov has not run. */
export function checkovFindings(output: string, tree: string): readonly CheckFinding[] | undefined {
  const text = plainText(output, evidenceFiles.checkov);
  if (text === undefined) return undefined;
  const report = JSON.parse(text) as CheckovRun | readonly CheckovRun[];
  const skips = JSON.parse(plainText(tree, 'test/checkov/skips.json') ?? '[]') as readonly Skip[];
  return [report]
    .flat()
    .flatMap(({ results }) => results?.failed_checks ?? [])
    .map(({ check_id: rule, check_name: problem, file_path: path, resource }) => ({
      source: 'Checkov' as const,
      rule,
      at: `${stackOf(path)} ${resource}`,
      problem,
    }))
    .filter(
      ({ rule, at }) => !skips.some(({ check, stacks }) => check === rule && stacks.includes(at.split(' ')[0] ?? '')),
    )
    .sort((one, other) => (`${one.at} ${one.rule}` < `${other.at} ${other.rule}` ? -1 : 1));
}

/** `/dev-platform/cdk.tf.json`, as Checkov names the file. */
function stackOf(path: string): string {
  return path.replace(/^\/+/, '').split('/')[0] ?? path;
}
