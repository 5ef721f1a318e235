import { readFileSync } from 'node:fs';
import { grantPeople } from '../../../constructs/insights/people-grants';
import { rules } from '../../../constructs/policy/judge';
import { ExistingDataLake } from '../../../constructs/storage/existing-data-lake';
import { peopleRoles, type PeopleSettings } from '../../../src/contract/environment-settings';
import { administratorRoles } from '../../../src/operations/bootstrap/administrator-roles';
import { checkAzure } from '../../../src/operations/doctor/azure-checks';
import { checkEnvironment } from '../../../src/operations/doctor/environment-checks';
import { checkMachine } from '../../../src/operations/doctor/machine-checks';
import { resolveEnvironment } from '../../../src/contract/environment';
import { goodMachine } from '../../operations/doctor/effects';
import { synthesiseBlocks } from '../synthesised';
import { readsFolder } from './readable-folder';
import { acceptedShare as dataShare } from '../../support/environment-parts';

/** The rows of the table whose headings begin like this, a text per cell. */
function table(heading: string): string[][] {
  const lines = readFileSync('docs/deployment.md', 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith(`| ${heading} `));
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
    const folders = [...String(body['condition']).matchAll(/:path\] StringEquals '([^'/][^']*)'/g)].map(
      ([, name]) => name,
    );
    const write = folders.every((folder) => readsFolder(body, String(folder))) ? 'write' : 'deliver';
    const access = String(body['role_definition_name']).endsWith('Reader') ? 'read' : write;
    return [body['principal_id'], String(body['scope']).split('/').at(-1), folders.join(', '), access].join(' | ');
  });
}

/** Ids of the checks of environments that differ in everything that decides whether there is a check. */
async function doctorChecks(): Promise<string[]> {
  const workspace = {
    mode: 'existing',
    resourceGroup: 'rg-old',
    synapseWorkspace: 'syn-old',
    storageAccount: 'stold',
    keyVault: 'kv-old',
  };
  const budget = { amount: 1, startMonth: '2026-09', contacts: ['a@b.example'] };
  const effects = goodMachine();
  const checks = [...(await checkMachine(effects, '20.9'))];
  for (const settings of [{}, { workspace, dataShare, budget }]) {
    const environment = resolveEnvironment(
      { name: 'test', suffix: 'a', location: 'westeurope', ...settings },
      'x.json',
    );
    checks.push(...checkEnvironment(environment), ...(await checkAzure(environment, effects)));
  }
  return [...checks.map(({ id }) => id), 'environments'];
}

describe('docs/deployment.md', () => {
  test.each([
    [true, 'none', ['everywhere']],
    [false, 'none', ['everywhere', 'outside production']],
    [false, 'k12', ['everywhere', 'outside production', 'with test data']],
  ] as const)('lists all rights of people (production: %s, test data: %s)', (production, testData, places) => {
    const rows = table('role | container').filter((row) => (places as readonly string[]).includes(row[4] ?? ''));
    expect(rows.map((row) => row.slice(0, 4).join(' | ')).sort()).toEqual(granted(production, testData).sort());
  });

  test('lists every role that an administrator gives, with its reason (OWN5)', () => {
    const roles = table('role | for');
    expect(roles).toEqual(administratorRoles.map(({ role, to, on, why, when }) => [role, to, on, why, when]));
  });

  test('lists every check of the doctor', async () => {
    const listed = table('check | asks').flatMap(([checks = '']) => checks.split(', '));
    expect([...new Set(await doctorChecks())].sort()).toEqual([...listed].sort());
  });

  test('lists all rules of the policy', () => {
    expect(table('rule | demands').map(([id]) => id)).toEqual(rules.map(({ id }) => id));
  });
});
