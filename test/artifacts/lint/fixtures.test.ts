import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { artifactRules, lintArtifacts } from '../../../src/artifacts/lint/lint-artifacts';
import { readArtifacts } from '../../../src/artifacts/read-artifacts';

const fixtures = join(__dirname, '../fixtures');

/** Rules whose findings come from more than a fixture shows in a few lines; lint-artifacts.test.ts has them. */
const largeRules = ['size'];

/** Upstream's defects (upstream-contract.md §4.1), and the fixture that repeats each in a few lines. */
const defects: readonly (readonly [defect: string, fixture: string])[] = [
  ['D15: the newest folder is sought in a parallel loop', 'shared-variable'],
  ['D16: nothing is tried again', 'retry'],
  ['D16: rosters are filtered by the time of activity', 'shared-watermark'],
  ['D17: test data lands in dev, whatever the workspace', 'handed-on'],
  ['D18: versions are mixed', 'one-version'],
];

function findingsOf(fixture: string): unknown {
  const artifacts = readArtifacts(join(fixtures, fixture));
  const findings = lintArtifacts(artifacts, ['bigDataPools/{{smallPool}}']);
  return findings.map((finding) => ({ ...finding, file: finding.file.replace('assets/', '') }));
}

function expectedOf(fixture: string): readonly { readonly rule: string }[] {
  return JSON.parse(readFileSync(join(fixtures, fixture, 'findings.json'), 'utf8')) as { rule: string }[];
}

test('there is a fixture for every rule, and a rule for every fixture', () => {
  const covered = [...readdirSync(fixtures), ...largeRules];
  expect(covered.sort()).toEqual(artifactRules.map(({ id }) => id).sort());
});

test.each(readdirSync(fixtures))(
  'the fixture of %s has the findings written down beside it, and no other',
  (fixture) => {
    expect(findingsOf(fixture)).toEqual(expectedOf(fixture));
  },
);

test.each(readdirSync(fixtures))('the findings written down for %s are of that rule only', (fixture) => {
  expect([...new Set(expectedOf(fixture).map(({ rule }) => rule))]).toEqual([fixture]);
});

test.each(defects)('%s', (_, fixture) => {
  expect(expectedOf(fixture)).not.toEqual([]);
  expect(findingsOf(fixture)).toEqual(expectedOf(fixture));
});
