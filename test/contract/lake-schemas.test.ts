import {
  lakeSchemaNames,
  lakeSchemaProblems,
  validateCommitLedger,
  validateLedgerEntry,
  type LakeSchemaName,
} from '../../src/contract/lake-schemas';
import { rejectReasons } from '../../src/contract/lake-format';
import common from '../../src/contract/schemas/common.schema.json';
import { commitLedger, ledgerEntry, runReport, tombstoneEntry, verificationReport } from './lake-schema-examples';

const examples: Record<LakeSchemaName, unknown> = {
  'commit-ledger': commitLedger,
  'landing-ledger-entry': ledgerEntry,
  'run-report': runReport,
  'tombstone-entry': tombstoneEntry,
  'verification-report': verificationReport,
};

/** Objects whose keys are data (tables, reasons, facts): any key may be missing there. */
const maps = /\/(columns|counts|rejected|freshness|tables)$/;

interface Spot {
  readonly pointer: string;
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Every key of every object in a document, as a place where a copy can be broken. */
function spots(value: unknown, pointer = ''): Spot[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    { pointer: `${pointer}/${key}`, holder: value as Record<string, unknown>, key },
    ...spots(child, `${pointer}/${key}`),
  ]);
}

function pointersOfKeys(name: LakeSchemaName): string[] {
  return spots(examples[name]).map((spot) => spot.pointer);
}

function breakAt(name: LakeSchemaName, pointer: string, change: (spot: Spot) => void): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(examples[name]));
  change(spots(copy).find((spot) => spot.pointer === pointer)!);
  return copy;
}

describe.each(lakeSchemaNames)('schema %s', (name) => {
  test('accepts a document that uses every key', () => {
    expect(lakeSchemaProblems(name, examples[name])).toEqual([]);
  });

  test('refuses a wrong type or value at every key, and says where', () => {
    const wrong = { unexpected: [] };
    for (const pointer of pointersOfKeys(name)) {
      const problems = lakeSchemaProblems(
        name,
        breakAt(name, pointer, ({ holder, key }) => (holder[key] = wrong)),
      );
      const named = problems.filter(
        (problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`),
      );
      const discriminator = pointer.endsWith('/event') ? problems : [];
      expect({ pointer, found: named.length + discriminator.length > 0 }).toEqual({ pointer, found: true });
    }
  });

  test('refuses an unknown key in every object that is not a map, and names it', () => {
    const objects = ['', ...pointersOfKeys(name)].filter((pointer) => !maps.test(pointer));
    for (const pointer of objects) {
      const copy: unknown = JSON.parse(JSON.stringify(examples[name]));
      const object =
        pointer === ''
          ? copy
          : spots(copy)
              .map((s) => (s.pointer === pointer ? s.holder[s.key] : undefined))
              .find((v) => v);
      if (typeof object !== 'object' || object === null || Array.isArray(object)) continue;
      (object as Record<string, unknown>)['unexpected'] = 1;
      expect(lakeSchemaProblems(name, copy)).toEqual([
        { pointer: `${pointer}/unexpected`, message: 'is not a known key' },
      ]);
    }
  });
});

/** Keys that may be absent, by document; every other key of the example is required. */
test.each<[LakeSchemaName, string[]]>([
  ['commit-ledger', ['/erased', '/columns']],
  [
    'landing-ledger-entry',
    [3, 4].flatMap((event) => ['file', 'line', 'column', 'counts'].map((key) => `/events/${event}/findings/0/${key}`)),
  ],
  ['tombstone-entry', []],
  ['run-report', ['/attempts', ...['table', 'file', 'line', 'column', 'counts'].map((key) => `/messages/0/${key}`)]],
  ['verification-report', ['table', 'file', 'line', 'column', 'counts'].map((key) => `/checks/0/findings/0/${key}`)],
])('%s: which keys may be absent', (name, optional) => {
  const absentOk = spots(examples[name])
    .filter(({ holder, pointer }) => !Array.isArray(holder) && !maps.test(pointer.slice(0, pointer.lastIndexOf('/'))))
    .map(({ pointer }) => pointer)
    .filter((pointer) => {
      const copy = breakAt(name, pointer, ({ holder, key }) => delete holder[key]);
      const problems = lakeSchemaProblems(name, copy);
      if (problems.length > 0 && !pointer.endsWith('/event')) {
        expect(problems).toEqual([{ pointer, message: 'is missing' }]);
      }
      return problems.length === 0;
    });
  expect(absentOk).toEqual(optional);
});

test.each<[LakeSchemaName, string, unknown, string]>([
  ['commit-ledger', '/format', 2, 'must be 1'],
  [
    'commit-ledger',
    '/stage',
    'Refined',
    'must be one of Ingested, Ingested_Corrected, Rejected, general, sensitive, digital_engagement',
  ],
  ['commit-ledger', '/kind', 'merge', 'must be one of snapshot, additive, delta, delete, catalogue, rebuild, erasure'],
  ['commit-ledger', '/rows/written', -1, 'must be >= 0'],
  ['commit-ledger', '/rows/total', 1.5, 'must be integer'],
  [
    'commit-ledger',
    '/rundate',
    '2022-01-28T06:16:22Z',
    String.raw`must match pattern "^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"`,
  ],
  ['landing-ledger-entry', '/events', [], 'must NOT have fewer than 1 items'],
  ['landing-ledger-entry', '/events/0/contentHash', 'A'.repeat(64), 'must match pattern "^[0-9a-f]{64}$"'],
  ['landing-ledger-entry', '/events/0/kind', 'replace', 'must be one of snapshot, additive, delta, delete'],
  ['landing-ledger-entry', '/events/0/event', 'lost', 'value of tag "event" must be in oneOf'],
  ['landing-ledger-entry', '/events/9/state', 'done', 'must be one of started, finished'],
  ['run-report', '/report', 'verification', 'must be run'],
  ['run-report', '/attempts', 1, 'must be >= 2'],
  ['run-report', '/outcome', 'passed', 'must be one of succeeded, nothing to do, failed'],
  ['run-report', '/units/0/status', 'lost', 'must be one of processed, failed, held, waiting, superseded, quarantined'],
  ['verification-report', '/checks', [], 'must NOT have fewer than 1 items'],
  ['verification-report', '/checks/0/status', 'ok', 'must be one of passed, failed, warned, skipped'],
  ['verification-report', '/saltFingerprint', 'secret', 'must match pattern "^[0-9a-f]{16}$"'],
  ['verification-report', '/checks/0/findings/0/line', 0, 'must be >= 1'],
])('%s: %s cannot be %j', (name, pointer, value, message) => {
  const copy = breakAt(name, pointer, ({ holder, key }) => (holder[key] = value));
  expect(lakeSchemaProblems(name, copy)).toEqual([
    { pointer: pointer.endsWith('/event') ? pointer.slice(0, -'/event'.length) : pointer, message },
  ]);
});

test('a report without a salt has a null fingerprint, a ledger never', () => {
  expect(lakeSchemaProblems('verification-report', { ...verificationReport, saltFingerprint: null })).toEqual([]);
  expect(lakeSchemaProblems('run-report', { ...runReport, saltFingerprint: null })).toEqual([
    { pointer: '/saltFingerprint', message: 'must be string' },
  ]);
});

test('the reasons of the schema are those of ROW10, in their order', () => {
  expect(Object.keys(common.definitions.rejectCounts.properties)).toEqual([...rejectReasons]);
});

test('something that is no object is refused', () => {
  expect(lakeSchemaProblems('commit-ledger', 'text')).toEqual([{ pointer: '', message: 'must be object' }]);
});

test('the first problem of a ledger, as the end of a sentence', () => {
  expect(validateLedgerEntry(ledgerEntry)).toBeUndefined();
  expect(validateLedgerEntry({ ...ledgerEntry, sequence: -1 })).toBe('does not fit its schema: /sequence must be >= 0');
  expect(validateCommitLedger(commitLedger)).toBeUndefined();
  expect(validateCommitLedger(7)).toBe('does not fit its schema: the document must be object');
});
