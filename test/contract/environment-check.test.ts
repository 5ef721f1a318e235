import fc from 'fast-check';
import schema from '../../environments/environment.schema.json';
import { findProblems, isTimeZone, reservedTags } from '../../src/contract/environment-check';
import { resolveEnvironment } from '../../src/contract/environment';
import { refusal } from '../support/refusal';

const minimal = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };
const remoteState = { backend: 'azurerm', resourceGroup: 'rg-state', storageAccount: 'ststate', container: 'state' };

/** Any JSON under the names of the settings that there are. */
const settings = Object.fromEntries(Object.keys(schema.properties).map((name) => [name, fc.jsonValue()]));

/** The findings, a line each, that an otherwise good environment with this content leads to. */
function findings(content: unknown): string[] {
  const lines = refusal(() => resolveEnvironment(content, 'environments/test.json')).split('\n');
  const count = lines.length - 3;
  expect([lines[0], ...lines.slice(-2)]).toEqual([
    `ENVIRONMENT_INVALID: The environment cannot be used: ${count === 1 ? '1 finding' : `${count} findings`}.`,
    '  where: environments/test.json',
    '  next:  Correct every finding listed above; environments/environment.schema.json describes each setting.',
  ]);
  return lines.slice(1, -2).map((line) => line.trim());
}

describe('an environment is refused with place, value and remedy', () => {
  test.each<[string, unknown, string]>([
    [
      'no object',
      [],
      '/: [] must be object. What differs between environments, and nothing else. Subscription and tenant are not here: they come from ARM_SUBSCRIPTION_ID and ARM_TENANT_ID.',
    ],
    [
      'a missing setting',
      { name: 'test', suffix: 'a' },
      '/location: missing. Azure region in its short form, such as westeurope or eastus.',
    ],
    [
      'an unknown setting, whose value may be secret',
      { ...minimal, clientSecret: 'hush' },
      '/clientSecret: unknown key; known here: name, suffix, location, tags, dataVersion, workspace, testData, dataShare, network, people, lake, storage, keyVault, retention, pools, schedule, maintenance, budget, alerts, sqlAliases, teardown, state, exceptions.',
    ],
    [
      'the subscription',
      { ...minimal, subscriptionId: 'x' },
      '/subscriptionId: unknown key; the subscription comes from ARM_SUBSCRIPTION_ID.',
    ],
    [
      'a key that every object inherits',
      { ...minimal, network: JSON.parse('{"constructor":{}}') as unknown },
      '/network/constructor: unknown key; known here: access, addresses, private.',
    ],
    ['the tenant', { ...minimal, tenantId: 'x' }, '/tenantId: unknown key; the tenant comes from ARM_TENANT_ID.'],
    [
      'an unknown lake setting',
      { ...minimal, lake: { salt: 'hush' } },
      '/lake/salt: unknown key; known here: profile, timeZone, settleMinutes, requiredTables, columnOrder, heldThreshold, rejectThreshold.',
    ],
    [
      'a bad name',
      { ...minimal, name: 'Test' },
      '/name: "Test" must match pattern "^[a-z][a-z0-9-]{0,19}$". Equal to the file name without .json: lower-case letters, digits and hyphens, starting with a letter, at most 20. A name that starts with prod is production.',
    ],
    [
      'a long suffix',
      { ...minimal, suffix: 'thirteenchars' },
      '/suffix: "thirteenchars" must match pattern "^[A-Za-z0-9]{1,12}$". 1 to 12 letters and digits; part of every resource name, lower-cased there. Names of storage account, vault and workspace are unique in the whole of Azure.',
    ],
    [
      'a suffix that Azure refuses',
      { ...minimal, suffix: 'ondemand' },
      '/suffix: Suffix "ondemand" makes a synapseWorkspace name that Azure refuses: "syn-oea-ondemand" is not 1 to 50 characters of lower-case letters, digits and inner hyphens, without "-ondemand". Choose another suffix: 1 to 12 letters and digits.',
    ],
    [
      'a region as the portal shows it',
      { ...minimal, location: 'West Europe' },
      '/location: "West Europe" must match pattern "^[a-z][a-z0-9]{2,39}$". Azure region in its short form, such as westeurope or eastus.',
    ],
    [
      'a tag key',
      { ...minimal, tags: { 'a/b': 'x' } },
      '/tags: "a/b" is not a key that can be used here. 1 to 128 characters without < > % & \\ ? /.',
    ],
    [
      'a tag that is no text',
      { ...minimal, tags: { cost: 7 } },
      '/tags/cost: 7 must be string. A text of at most 256 characters.',
    ],
    [
      'a long tag, shortened',
      { ...minimal, tags: { cost: 'x'.repeat(257) } },
      `/tags/cost: "${'x'.repeat(56)}... must NOT have more than 256 characters. A text of at most 256 characters.`,
    ],
    [
      'too many tags',
      { ...minimal, tags: Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`t${n}`, ''])) },
      '/tags: {"t0":"","t1":"","t2":"","t3":"","t4":"","t5":"","t6":"",... must NOT have more than 40 properties. Tags of your own on every resource: at most 40; a key has 1 to 128 characters without < > % & \\ ? /.',
    ],
    [
      'a tag of ours',
      { ...minimal, tags: { OEA_Version: '1' } },
      '/tags: "OEA_Version" is set by the project. Leave it out.',
    ],
    [
      'one tag twice',
      { ...minimal, tags: { owner: 'a', Owner: 'b' } },
      '/tags: "Owner" is the same tag as "owner": Azure ignores case in tag names. Leave it out.',
    ],
    [
      'a version with v',
      { ...minimal, dataVersion: 'v1.14' },
      '/dataVersion: "v1.14" is not a data version. Write it like 1.14 (or upstream\'s 1.4.0), without a leading v.',
    ],
    [
      'an unknown profile',
      { ...minimal, lake: { profile: 'lax' } },
      '/lake/profile: "lax" must be equal to one of the allowed values (strict, v0.2). strict closes upstream\'s leaks column by column; v0.2 reproduces upstream\'s published columns exactly and is refused in production.',
    ],
    [
      'v0.2 in production',
      { ...minimal, name: 'prod-eu', lake: { profile: 'v0.2' } },
      '/lake/profile: "v0.2" is refused in production, because it publishes raw identifiers. Use strict.',
    ],
    [
      'an unknown time zone',
      { ...minimal, lake: { timeZone: 'Mars/Olympus' } },
      '/lake/timeZone: "Mars/Olympus" is not an IANA time zone. Write one like UTC or Europe/Amsterdam.',
    ],
    [
      'an offset',
      { ...minimal, lake: { timeZone: '+01:00' } },
      '/lake/timeZone: "+01:00" is not an IANA time zone. Write one like UTC or Europe/Amsterdam.',
    ],
    [
      'half a minute',
      { ...minimal, lake: { settleMinutes: 0.5 } },
      '/lake/settleMinutes: 0.5 must be integer. A file younger than this makes its folder wait for the next run: whole minutes, 0 to 1440.',
    ],
    [
      'negative minutes',
      { ...minimal, lake: { settleMinutes: -1 } },
      '/lake/settleMinutes: -1 must be >= 0. A file younger than this makes its folder wait for the next run: whole minutes, 0 to 1440.',
    ],
    [
      'no required table',
      { ...minimal, lake: { requiredTables: [] } },
      '/lake/requiredTables: [] must NOT have fewer than 1 items. Tables without which a roster folder is incomplete, at least one; without this setting, those that the catalogue marks as required.',
    ],
    [
      'a required table twice',
      { ...minimal, lake: { requiredTables: ['Course', 'Course'] } },
      '/lake/requiredTables: ["Course","Course"] must NOT have duplicate items (items ## 1 and 0 are identical). Tables without which a roster folder is incomplete, at least one; without this setting, those that the catalogue marks as required.',
    ],
    [
      'a path as a table',
      { ...minimal, lake: { requiredTables: ['../x'] } },
      '/lake/requiredTables/0: "../x" must match pattern "^[A-Za-z][A-Za-z0-9]*$". The name of a table of the catalogue, such as AadUser.',
    ],
    [
      'a column order',
      { ...minimal, lake: { columnOrder: 'file' } },
      '/lake/columnOrder: "file" must be equal to one of the allowed values (catalogue, schema). Which column order wins where both the catalogue\'s and the drop\'s own schema fit the data.',
    ],
    [
      'a held threshold',
      { ...minimal, lake: { heldThreshold: { removedKeysPercent: 101 } } },
      "/lake/heldThreshold/removedKeysPercent: 101 must be <= 100. A snapshot that removes more than this share of a table's keys is held: a number from 0 to 100.",
    ],
    [
      'a reject threshold',
      { ...minimal, lake: { rejectThreshold: { rows: 1.5 } } },
      '/lake/rejectThreshold/rows: 1.5 must be integer. A whole number, 0 or more.',
    ],
    [
      'copies in another region',
      { ...minimal, storage: { replication: 'GRS' } },
      '/storage/replication: "GRS" must be equal to one of the allowed values (LRS, ZRS). Copies within one region: ZRS over three zones, LRS in one (for regions without zones). Copies in another region are not offered: pupils\' data stays where it was put.',
    ],
    [
      'no soft delete',
      { ...minimal, storage: { softDeleteDays: 0 } },
      '/storage/softDeleteDays: 0 must be >= 1. Days for which deleted blobs and containers can be had again; erased rows survive as long. Whole days, 1 to 365.',
    ],
    [
      'deletable production data',
      { ...minimal, name: 'prod', teardown: { deleteData: true } },
      '/teardown/deleteData: true is refused in production. Leave it out.',
    ],
    [
      'an unknown backend',
      { ...minimal, state: { backend: 's3' } },
      '/state/backend: "s3" must be equal to one of the allowed values (local, azurerm). local or azurerm.',
    ],
    [
      'a remote setting of a local state',
      { ...minimal, state: { backend: 'local', container: 'abc' } },
      '/state/container: has no meaning with backend local. Leave it out, or use backend azurerm.',
    ],
    [
      'a remote state without account',
      { ...minimal, state: { backend: 'azurerm', resourceGroup: 'r', container: 'abc' } },
      '/state/storageAccount: missing. Backend azurerm needs resourceGroup, storageAccount, container.',
    ],
    [
      'a container that Azure refuses',
      { ...minimal, state: { ...remoteState, container: 'a--b' } },
      '/state/container: "a--b" is not 3 to 63 characters of lower-case letters, digits and single inner hyphens.',
    ],
    [
      'state inside what it describes',
      { ...minimal, state: { ...remoteState, storageAccount: 'stoeacontoso12345' } },
      '/state/storageAccount: the state cannot be in the account that it describes. Name another account.',
    ],
  ])('%s', (_, content, finding) => {
    expect(findings(content)).toEqual([finding]);
  });

  test('with all findings at once', () => {
    const content = { name: 'prod', location: 'westeurope', colour: 'red', lake: { settleMinutes: 'soon' } };
    expect(findings(content).map((line) => line.split(' ')[0])).toEqual([
      '/suffix:',
      '/colour:',
      '/lake/settleMinutes:',
    ]);
    const both = { ...minimal, name: 'prod', lake: { profile: 'v0.2', timeZone: 'x' }, teardown: { deleteData: true } };
    expect(findings(both).map((line) => line.split(' ')[0])).toEqual([
      '/lake/timeZone:',
      '/lake/profile:',
      '/teardown/deleteData:',
    ]);
  });

  test('with what the schema refuses beside what only rules refuse', () => {
    const content = {
      name: 'prod',
      suffix: 'too-long-for-a-suffix',
      location: 'westeurope',
      testData: 'k12',
      lake: { timeZone: 'Mars/Olympus', salt: 'hush' },
      tags: { 'a/b': 'x', oea_version: '1' },
      teardown: { deleteData: true },
    };
    expect(findings(content).map((line) => line.split(' ')[0])).toEqual([
      '/suffix:',
      '/tags:',
      '/lake/salt:',
      '/lake/timeZone:',
      '/teardown/deleteData:',
      '/testData:',
      '/tags:',
    ]);
  });

  test('whatever JSON is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ ...settings }, { requiredKeys: [] })), (content) => {
        expect(Array.isArray(findProblems(content))).toBe(true);
      }),
    );
  });

  test('and our own tags are the ones that are reserved', () => {
    expect(reservedTags).toEqual(['oea_version', 'environment', 'managed_by']);
  });
});

describe('isTimeZone', () => {
  test.each([
    ['UTC', true],
    ['Europe/Amsterdam', true],
    ['America/Argentina/Buenos_Aires', true],
    ['', false],
    ['+02:00', false],
    ['Europe/Atlantis', false],
  ])('%s: %s', (name, known) => {
    expect(isTimeZone(name)).toBe(known);
  });
});
