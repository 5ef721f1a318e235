import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readArtifacts } from '../../artifacts/read-artifacts';
import { inspectCatalogue, type InspectedCatalogue } from '../../catalogue/load';
import { resolveEnvironment, type Environment } from '../../contract/environment';
import { catalogueFolder } from '../../contract/project-folders';
import { InsightsError } from '../../contract/errors';
import type { LakeProfile } from '../data/lake-profile';
import type { SmallGroups } from '../data/small-groups';
import type { CheckFinding, Evidence } from '../evidence';
import { readStacks } from '../stacks';
import { checkovFindings, checkovSkips } from './checkov';
import { plainText } from './plain-file';
import { evidenceFiles } from './run-code';

/** Where CODEOWNERS may lie, in GitHub's order. */
const ownersFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/**
 * All that is known of a revision, from its files and from what running its code left behind. Nothing of the revision is run
 * here: its files are data, and what is wrong with them is a finding.
 * @param tree folder with its files.
 * @param output folder that `collect` has filled.
 * @param synthesised the same, for what comes from synthesis. @default output
 * @throws InsightsError REVIEW_EVIDENCE_UNREADABLE for a file of `output` that is not JSON
 */
export function readEvidence(name: string, tree: string, output: string, synthesised = output): Evidence {
  const findings: CheckFinding[] = [];
  const attempt = <Value>(source: CheckFinding['source'], at: string, read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InsightsError)) throw error;
      findings.push({ source, rule: error.code, at, problem: error.message });
      return undefined;
    }
  };
  const environments = environmentFiles(tree).flatMap(
    (file) => attempt('environments', `environments/${file}`, () => readEnvironment(tree, file)) ?? [],
  );
  const catalogues = (['strict', 'v0.2'] as const).flatMap(
    (profile) =>
      attempt('catalogue', `profile ${profile}`, () => inspectCatalogue(profile, catalogueFolder(tree))) ?? [],
  );
  const sources = attempt('synthesis', 'assets', () => readArtifacts(join(tree, 'assets'))) ?? [];
  const policy = policyFindings(synthesised);
  const checkov = checkovFindings(synthesised);
  const skips = attempt('Checkov', 'test/checkov/skips.json', () => checkovSkips(tree)) ?? [];
  const lake = readJson<LakeProfile>(output, evidenceFiles.lake);
  const smallGroups = readJson<SmallGroups>(output, evidenceFiles.smallGroups);
  return {
    name,
    environments,
    stacks: readStacks(synthesised),
    catalogues,
    sources,
    findings: [
      ...findings,
      ...catalogues.flatMap(catalogueFindings),
      ...synthesisFindings(synthesised),
      ...(policy ?? []),
      ...(checkov ?? []),
    ],
    skips,
    notRun: [...(policy === undefined ? ['policy'] : []), ...(checkov === undefined ? ['Checkov'] : [])],
    versions: versionsOf(tree),
    owners: ownersFiles.map((file) => plainText(tree, file)).find((text) => text !== undefined) ?? '',
    ...(lake === undefined ? {} : { lake }),
    ...(smallGroups === undefined ? {} : { smallGroups }),
  };
}

function environmentFiles(tree: string): readonly string[] {
  const folder = join(tree, 'environments');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'environment.schema.json')
    .sort();
}

function readEnvironment(tree: string, file: string): Environment {
  const text = plainText(tree, `environments/${file}`) ?? '';
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new InsightsError('ENVIRONMENT_UNREADABLE', 'The environment file is not JSON.', { cause });
  }
  return resolveEnvironment(content, file);
}

function catalogueFindings({ catalogue, findings }: InspectedCatalogue): readonly CheckFinding[] {
  return findings.map(({ place, problem, mend }) => ({
    source: 'catalogue',
    rule: `catalogue ${catalogue.profile}`,
    at: `assets/catalogue/${place}`,
    problem: `${problem} ${mend}`,
  }));
}

interface StackVerdict {
  readonly violations: readonly PolicyFinding[];
  readonly advice: readonly PolicyFinding[];
}

interface PolicyFinding {
  readonly rule: string;
  readonly at: string;
  readonly found: string;
  readonly demand: string;
}

function policyFindings(output: string): readonly CheckFinding[] | undefined {
  const verdicts = readJson<readonly StackVerdict[]>(output, evidenceFiles.policy);
  const toFinding = ({ rule, at, found, demand }: PolicyFinding): CheckFinding => ({
    source: 'policy',
    rule,
    at,
    problem: `${found}. ${demand}`,
  });
  return verdicts?.flatMap(({ violations, advice }) => [
    ...violations.map(toFinding),
    ...advice.map((finding) => ({ ...toFinding(finding), isAdvice: true })),
  ]);
}

/** Each indented line of what a failed synthesis says is a finding; the first line says what failed. */
function synthesisFindings(output: string): readonly CheckFinding[] {
  const text = plainText(output, evidenceFiles.failure);
  if (text === undefined) return [];
  const [first = '', ...lines] = text.split('\n');
  const rule = /^([A-Z][A-Z_]+): /.exec(first)?.[1] ?? 'SYNTHESIS_FAILED';
  const listed = lines
    .filter((line) => /^ {2}\S/.test(line) && !/^ {2}(next|where):/.test(line))
    .map((line) => line.trim());
  const finding = (problem: string): CheckFinding => ({ source: 'synthesis', rule, at: 'synthesis', problem });
  return listed.length === 0 ? [finding(first.replace(/^[A-Z_]+: /, ''))] : listed.map(finding);
}

function versionsOf(tree: string): Readonly<Record<string, string>> {
  const { dependencies, devDependencies, engines } = JSON.parse(plainText(tree, 'package.json') ?? '{}') as Readonly<
    Record<string, Readonly<Record<string, string>> | undefined>
  >;
  const providers = [...(plainText(tree, 'src/contract/tool-versions.ts') ?? '').matchAll(/'(\w+\/\w+)': '([\d.]+)'/g)];
  return {
    ...dependencies,
    ...devDependencies,
    ...(engines?.['node'] === undefined ? {} : { node: engines['node'] }),
    ...Object.fromEntries(providers.map(([, name = '', version = '']) => [`provider ${name}`, version])),
  };
}

function readJson<Value>(folder: string, file: string): Value | undefined {
  const text = plainText(folder, file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new InsightsError('REVIEW_EVIDENCE_UNREADABLE', 'This is not JSON.', { place: { file }, cause });
  }
}
