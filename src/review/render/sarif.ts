import type { CheckFinding } from '../evidence';
import type { Review } from '../review';
import { isBreaking } from '../sections/policy';
import { privacyFile } from '../verdict';

interface SarifResult {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly baselineState: 'new' | 'unchanged' | 'absent';
  readonly message: { readonly text: string };
  readonly locations: readonly unknown[];
}

/** Findings as SARIF 2.1.0 for code scanning: checks, and what opens in privacy; what was known before is marked so. */
export function renderSarif({ sections, verdict }: Review): string {
  const { policy } = sections;
  const results: SarifResult[] = [
    ...policy.added.map((finding) => toResult(finding, 'new')),
    ...policy.known.map((finding) => toResult(finding, 'unchanged')),
    ...policy.mended.map((finding) => toResult(finding, 'absent')),
    ...verdict.privacy.reasons.map((reason) => ({
      ruleId: 'privacy/needs-approval',
      level: 'warning' as const,
      baselineState: 'new' as const,
      message: { text: reason },
      locations: [locationOf(privacyFile)],
    })),
  ];
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].sort().map((id) => ({ id }));
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'education-insights review', rules } }, results }],
  };
  return `${JSON.stringify(sarif, undefined, 2)}\n`;
}

function toResult(finding: CheckFinding, baselineState: SarifResult['baselineState']): SarifResult {
  const { source, rule, at, problem } = finding;
  const level = baselineState === 'absent' ? 'note' : isBreaking(finding) ? 'error' : 'warning';
  return {
    ruleId: `${source.toLowerCase()}/${rule}`,
    level,
    baselineState,
    message: { text: `${at}: ${problem}` },
    locations: [locationOf(fileOf(finding))],
  };
}

/** The file that somebody would open: what a finding names, or the environment of its stack. */
function fileOf({ at, problem }: CheckFinding): string {
  const named = /(assets|environments)\/[\w./ -]+?\.(json|csv|py)/.exec(`${at} ${problem}`)?.[0];
  if (named !== undefined) return named;
  const environment = /^([a-z][a-z0-9-]*)-(platform|insights)\b/.exec(at)?.[1];
  return environment === undefined ? 'main.ts' : `environments/${environment}.json`;
}

function locationOf(uri: string): unknown {
  return { physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } };
}
