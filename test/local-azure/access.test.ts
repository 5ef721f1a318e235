import { folderCondition } from '../../constructs/core/roles';
import { blobFacts, isBelow } from '../../src/local-azure/access/access';
import { parseCondition } from '../../src/local-azure/access/condition';
import { inRange, isBetween } from '../../src/local-azure/access/network-rules';
import { covers, roleDefinitions } from '../../src/local-azure/access/role-definitions';
import { ServiceError } from '../../src/local-azure/http';

const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const general = 'Refined/M365/v1.14/general';

/** What a condition says of reading a blob, or of listing below a prefix. */
const reading = (path: string) => ({ action: `${blobs}/read`, ...blobFacts(path, undefined) });
const listing = (prefix: string) => ({ action: `${blobs}/read`, ...blobFacts(undefined, prefix) });

test.each([
  [reading(`${general}/Person/part.parquet`), true],
  [reading(general), true],
  [reading(`${general}2/part.parquet`), false],
  [reading('Refined/M365/v1.14/sensitive/Person_lookup/part.parquet'), false],
  [listing(`${general}/Person/`), true],
  [listing('Refined/'), false],
  [listing(''), false],
  [{ ...reading('Ingested/x'), action: `${blobs}/write` }, true],
])('the condition of readers of a folder (ACCESS5): %j', (facts, expected) => {
  expect(parseCondition(folderCondition([general], 'read'))(facts)).toBe(expected);
});

test.each([
  [{ ...reading('dev/stage2/x'), action: `${blobs}/write` }, true],
  [{ ...reading('stage2/x'), action: `${blobs}/write` }, false],
  [{ ...reading('stage2/x'), action: `${blobs}/delete` }, false],
  [{ ...reading('dev/x'), action: `${blobs}/delete` }, true],
])('the condition of writers of a folder: %j', (facts, expected) => {
  expect(parseCondition(folderCondition(['dev'], 'write'))(facts)).toBe(expected);
});

test.each([
  [reading('in/x'), false],
  [reading('in'), false],
  [reading('dev/x'), true],
  [listing('in/'), true],
  [listing('dev/'), true],
  [listing(''), false],
  [{ ...reading('in/x'), action: `${blobs}/write` }, true],
  [{ ...reading('in/x'), action: `${blobs}/delete` }, true],
  [{ ...reading('stage1/x'), action: `${blobs}/write` }, false],
])('the condition of who writes one folder and delivers to another: %j', (facts, expected) => {
  expect(parseCondition(folderCondition(['dev'], 'write', ['in']))(facts)).toBe(expected);
});

test.each([
  ["@Resource[a] StringLike '*.csv'", { a: 'x.csv' }, true],
  ["@Resource[a] StringLike 'x?.csv'", { a: 'x.csv' }, false],
  ["@Resource[a] StringNotLike 'x*'", { a: 'y' }, true],
  ["@Resource[a] StringEqualsIgnoreCase 'X'", { a: 'x' }, true],
  ["@Resource[a] StringNotEquals 'x'", { a: 'x' }, false],
  ["@Resource[a] StringNotStartsWith 'x'", {}, false],
  [
    "@Resource[a] StringEquals 'x' OR @Resource[b] StringEquals 'y' AND @Resource[c] StringEquals 'z'",
    { a: 'x' },
    true,
  ],
  [
    "(@Resource[a] StringEquals 'x' OR @Resource[b] StringEquals 'y') AND @Resource[c] StringEquals 'z'",
    { a: 'x' },
    false,
  ],
  ["NOT @Resource[a] StringEquals 'x'", { a: 'y' }, true],
])('%s', (condition, resource, expected) => {
  expect(parseCondition(condition)({ action: 'a', resource: resource, request: {} })).toBe(expected);
});

test.each([
  '',
  '(',
  '@Resource[a] StringEquals',
  "@Resource[a] Resembles 'x'",
  "ActionMatches{'a'} AND",
  "ActionMatches{'a'} )",
  '@Principal[x] StringEquals',
])('condition %j is refused', (condition) => {
  expect(() => parseCondition(condition)).toThrow(ServiceError);
  expect(() => parseCondition(condition)).toThrow(/^The condition is not valid near position \d+\.$/);
});

test('ids do not tell upper from lower case, and a name is not the beginning of another', () => {
  expect([
    isBelow('/A/B/c', '/a/b'),
    isBelow('/a/bc', '/a/b'),
    isBelow('/a/b', '/a/b/'),
    isBelow('/a', '/a/b'),
  ]).toEqual([true, false, true, false]);
});

test('patterns of actions', () => {
  expect(covers(['*/read'], 'Microsoft.Storage/storageAccounts/READ')).toBe(true);
  expect(covers(['Microsoft.Storage/*'], 'Microsoft.KeyVault/vaults/read')).toBe(false);
  expect(covers([], 'a')).toBe(false);
  expect(new Set(roleDefinitions.map(({ id }) => id)).size).toBe(roleDefinitions.length);
});

test.each([
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.0/24', true],
  ['203.0.114.7', '203.0.113.0/24', false],
  ['203.0.113.7', '203.0.113.8/32', false],
  ['255.255.255.255', '0.0.0.0/0', true],
  ['203.0.113.7', '203.0.113.4/30', true],
])('%s in %s', (address, rule, expected) => {
  expect(inRange(address, rule)).toBe(expected);
});

test('addresses between two', () => {
  expect([isBetween('10.0.0.5', '10.0.0.5', '10.0.0.5'), isBetween('10.0.1.0', '10.0.0.9', '10.0.0.255')]).toEqual([
    true,
    false,
  ]);
});

test('a condition of nothing but brackets is refused like any other that is none', () => {
  expect(() => parseCondition('('.repeat(100_000))).toThrow(
    expect.objectContaining({ status: 400, message: 'The condition is nested too deep.' }),
  );
});
