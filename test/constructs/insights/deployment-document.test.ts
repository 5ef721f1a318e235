import { readFileSync } from 'node:fs';
import { grantPeople } from '../../../constructs/insights/people-grants';
import { rules } from '../../../constructs/policy/judge';
import { ExistingDataLake } from '../../../constructs/storage/existing-data-lake';
import { peopleRoles, type PeopleSettings } from '../../../src/contract/environment-settings';
import { synthesiseBlocks } from '../synthesised';

/** The rows of the table whose first heading is `heading`, a text per cell. */
function table(heading: string): string[][] {
  const lines = readFileSync('docs/deployment.md', 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const rows = lines.slice(from + 2);
  return rows.slice(0, rows.indexOf('')).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const people = Object.fromEntries(
  peopleRoles.map((role) => [role, [{ objectId: role, displayName: role }]]),
) as unknown as PeopleSettings;

/** `role | container | folders | access` of every grant to people. */
function granted(production: boolean, testData: 'none' | 'k12'): string[] {
  const blocks = synthesiseBlocks((stack) => {
    const place = { subscriptionId: 's', resourceGroupName: 'rg' };
    const lake = new ExistingDataLake(stack, 'DataLake', { accountName: 'st', place, dataVersion: '1.14' });
    grantPeople(lake, { people, production, testData });
  });
  return Object.values(blocks).map(({ body }) => {
    const folders = [...String(body['condition']).matchAll(/:path\] StringEquals '([^']*)'/g)].map(([, name]) => name);
    const access = String(body['role_definition_name']).endsWith('Reader') ? 'read' : 'write';
    return [body['principal_id'], String(body['scope']).split('/').at(-1), folders.join(', '), access].join(' | ');
  });
}

describe('docs/deployment.md', () => {
  test.each([
    [true, 'none', ['everywhere']],
    [false, 'none', ['everywhere', 'outside production']],
    [false, 'k12', ['everywhere', 'outside production', 'with test data']],
  ] as const)('lists all rights of people (production: %s, test data: %s)', (production, testData, places) => {
    const rows = table('role').filter((row) => (places as readonly string[]).includes(row[4] ?? ''));
    expect(rows.map((row) => row.slice(0, 4).join(' | ')).sort()).toEqual(granted(production, testData).sort());
  });

  test('lists all rules of the policy', () => {
    expect(table('rule').map(([id]) => id)).toEqual(rules.map(({ id }) => id));
  });
});
