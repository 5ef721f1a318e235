import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InsightsError } from '../../contract/errors';
import type { CheckFinding, CheckovSkip } from '../evidence';
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

/**
 * Which Checkov judges: the one that INSIGHTS_CHECKOV names, else the one of `npm run test:checkov`, else that of the PATH.
 * @param projectRoot of this project, not of a revision that is reviewed.
 */
export function findCheckov(variables: RevisionCode['variables'], projectRoot: string): string {
  const own = join(projectRoot, 'test', 'checkov', '.venv', 'bin', 'checkov');
  return variables['INSIGHTS_CHECKOV'] ?? (existsSync(own) ? own : 'checkov');
}

/** Has Checkov judge the synthesised stacks, where it is installed. */
export async function runCheckov({ output, checkov, variables, run }: RevisionCode): Promise<void> {
  if (checkov === undefined) return;
  const { stdout } = await run({
    program: checkov,
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

/** All that Checkov has found, skipped or not; undefined when it has not run. */
export function checkovFindings(output: string): readonly CheckFinding[] | undefined {
  const text = plainText(output, evidenceFiles.checkov);
  if (text === undefined) return undefined;
  const report = JSON.parse(text) as CheckovRun | readonly CheckovRun[];
  return [report]
    .flat()
    .flatMap(({ results }) => results?.failed_checks ?? [])
    .map(({ check_id: rule, check_name: problem, file_path: path, resource }) => ({
      source: 'Checkov' as const,
      rule,
      at: `${stackOf(path)} ${resource}`,
      problem,
    }))
    .sort((one, other) => (`${one.at} ${one.rule}` < `${other.at} ${other.rule}` ? -1 : 1));
}

/**
 * The skips of a revision that somebody answers for until a day; what is listed without owner or day skips nothing.
 * @throws InsightsError REVIEW_EVIDENCE_UNREADABLE
 */
export function checkovSkips(tree: string): readonly CheckovSkip[] {
  let listed: unknown;
  try {
    listed = JSON.parse(plainText(tree, skipsFile) ?? '[]');
  } catch (cause) {
    throw new InsightsError('REVIEW_EVIDENCE_UNREADABLE', 'This is not JSON.', { place: { file: skipsFile }, cause });
  }
  return Array.isArray(listed) ? listed.filter(isSkip) : [];
}

const skipsFile = 'test/checkov/skips.json';

function isSkip(skip: Partial<CheckovSkip> | null): skip is CheckovSkip {
  const texts = [skip?.check, skip?.owner, skip?.reason, skip?.expires];
  return (
    texts.every((text) => typeof text === 'string' && text !== '') &&
    Array.isArray(skip?.stacks) &&
    /^\d{4}-\d\d-\d\d$/.test(skip?.expires ?? '')
  );
}

/** `/dev-platform/cdk.tf.json`, as Checkov names the file. */
function stackOf(path: string): string {
  return path.replace(/^\/+/, '').split('/')[0] ?? path;
}
