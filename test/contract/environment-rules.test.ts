import { resolveEnvironment } from '../../src/contract/environment';
import { refusal } from '../support/refusal';
import { acceptedShare as share, existingWorkspace as existing } from '../support/environment-parts';

const minimal = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };

/** The findings, a line each, of an environment with these settings. */
function findings(settings: object): string[] {
  const lines = refusal(() => resolveEnvironment({ ...minimal, ...settings }, 'environments/test.json')).split('\n');
  return lines.slice(1, -2).map((line) => line.trim());
}

const allowed = { address: '203.0.113.7', owner: 'data team', reason: 'office', expires: '2026-12-31' };
const network = { resourceGroup: 'rg', virtualNetwork: 'vnet', subnet: 'snet', dnsZonesResourceGroup: 'rg-dns' };
const group = { objectId: 'aaaaaaaa-0000-0000-0000-000000000000', displayName: 'Teachers' };
const exception = { rule: 'a-rule', at: 'x', owner: 'o', reason: 'r', expires: '2026-12-31' };
const addressMend =
  'is not a public IPv4 address or network. Write one like 203.0.113.7 or 203.0.113.0/24 (/30 at most, starting where the network does).';

describe('an environment is refused with place, value and remedy', () => {
  test.each<[string, object, string]>([
    [
      'a workspace that is made, with the name of one that is there',
      { workspace: { mode: 'create', keyVault: 'kv-old' } },
      '/workspace/keyVault: has no meaning with mode create. Leave it out.',
    ],
    [
      'a workspace that is there, without its vault',
      { workspace: { ...existing, keyVault: undefined } },
      '/workspace/keyVault: missing. Mode existing needs resourceGroup, synapseWorkspace, storageAccount, keyVault.',
    ],
    [
      'a name that Azure refuses',
      { workspace: { ...existing, storageAccount: 'st-old' } },
      '/workspace/storageAccount: "st-old" is not 3 to 24 characters of lower-case letters and digits.',
    ],
    [
      'settings of an account that is not ours (OWN3)',
      { workspace: existing, storage: {} },
      '/storage: has no meaning with workspace existing, whose account and vault are not ours. Leave it out.',
    ],
    [
      'a private way into a network that is not ours (OWN3)',
      { workspace: existing, network: { access: 'private', private: network } },
      '/network/access: "private" has no meaning with workspace existing, whose network is not ours. Leave it out.',
    ],
    [
      'test data in production',
      { name: 'prod', testData: 'k12' },
      '/testData: "k12" is refused in production: invented pupils among real ones. Leave it out.',
    ],
    [
      'an unknown set',
      { testData: 'kita' },
      '/testData: "kita" must be equal to one of the allowed values (none, k12, hed). The invented data that the deployment loads: none, k12 (schools) or hed (a university). Refused in production.',
    ],
    [
      'an invitation without a mode (OWN2)',
      { dataShare: { invitationId: share.invitationId } },
      '/dataShare/invitationId: has no meaning with mode off. Leave it out.',
    ],
    [
      'an adoption without data sets (OWN2)',
      { dataShare: { ...share, mode: 'adopt', dataSets: undefined } },
      '/dataShare/dataSets: missing. Mode adopt needs invitationId, sourceLocation, dataSets, schedule.',
    ],
    [
      'an invitation that is no GUID',
      { dataShare: { ...share, invitationId: 'x' } },
      '/dataShare/invitationId: "x" must match pattern "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$". Id of the invitation, as a GUID: the last part of the link in its mail.',
    ],
    [
      'a data set whose name would end a query',
      { dataShare: { ...share, dataSets: ["a'b"] } },
      '/dataShare/dataSets/0: "a\'b" must match pattern "^[^\'"\\\\$%]{1,120}$". Name of a data set of the share: at most 120 characters without \' " \\ $ %.',
    ],
    [
      'a time that no calendar has',
      { dataShare: { ...share, schedule: { interval: 'Day', time: '2026-02-30T04:00:00Z' } } },
      '/dataShare/schedule/time: "2026-02-30T04:00:00Z" is not a time of the calendar. Write one like 2026-01-01T04:00:00Z.',
    ],
    [
      'another way in (NET1)',
      { network: { access: 'everybody' } },
      '/network/access: "everybody" must be equal to one of the allowed values (addresses, private). addresses: the listed ones, and nobody else; private: private endpoints in a subnet that is there.',
    ],
    [
      'a private way in without its subnet (NET1)',
      { network: { access: 'private' } },
      '/network/private: missing. Access private needs private.',
    ],
    [
      'addresses beside a private way in (NET1)',
      { network: { access: 'private', private: network, addresses: [allowed] } },
      '/network/addresses: has no meaning with access private. Leave it out.',
    ],
    [
      'a subnet beside addresses (NET1)',
      { network: { private: network } },
      '/network/private: has no meaning with access addresses. Leave it out.',
    ],
    [
      'an address that nobody answers for (NET1)',
      { network: { addresses: [{ ...allowed, owner: undefined }] } },
      '/network/addresses/0/owner: missing. Who answers for it: a person or a team.',
    ],
    [
      'an address of a private network',
      { network: { addresses: [{ ...allowed, address: '10.0.0.1' }] } },
      `/network/addresses/0/address: "10.0.0.1" ${addressMend}`,
    ],
    [
      'one address twice',
      { network: { addresses: [allowed, allowed] } },
      '/network/addresses/1/address: "203.0.113.7" is listed twice. Leave one out.',
    ],
    [
      'a day that no calendar has',
      { network: { addresses: [{ ...allowed, expires: '2026-02-30' }] } },
      '/network/addresses/0/expires: "2026-02-30" is not a day of the calendar. Write one like 2026-12-31.',
    ],
    [
      'an unknown role',
      { people: { teachers: [group] } },
      '/people/teachers: unknown key; known here: administrators, deployers, dataEngineers, dataScientists, externalDataScientists, privacyOfficers, analysts, uploaders.',
    ],
    [
      'a group by name only (ACCESS3)',
      { people: { analysts: [{ displayName: 'Teachers' }] } },
      '/people/analysts/0/objectId: missing. Object id of the group, as a GUID.',
    ],
    [
      'one group twice in a role',
      { people: { analysts: [group, { ...group, objectId: group.objectId.toUpperCase() }] } },
      '/people/analysts/1/objectId: "AAAAAAAA-0000-0000-0000-000000000000" is in this role twice. Leave one out.',
    ],
    [
      'one group under two names (ACCESS3)',
      { people: { analysts: [group], deployers: [{ ...group, displayName: 'Staff' }] } },
      '/people/deployers/0/displayName: "Staff" is called "Teachers" above. Give a group one name.',
    ],
    [
      'a vault that forgets in a day',
      { keyVault: { softDeleteDays: 1 } },
      '/keyVault/softDeleteDays: 1 must be >= 7. Days for which a deleted vault or secret can be had again, whole days from 7 to 90; Azure does not let it change after creation.',
    ],
    [
      'a production vault that can be purged',
      { name: 'prod', keyVault: { purgeProtection: false } },
      '/keyVault/purgeProtection: false is refused in production, where the salt cannot be made again. Leave it out.',
    ],
    [
      'logs for a week',
      { retention: { logDays: 7 } },
      '/retention/logDays: 7 must be >= 30. Log Analytics: whole days, 30 to 730.',
    ],
    [
      'a name that Terraform would evaluate',
      { people: { analysts: [{ ...group, displayName: '${file("x")}' }] } },
      '/people/analysts/0/displayName: "${file(\\"x\\")}" holds ${ or %{, which Terraform would evaluate. Leave it out.',
    ],
    [
      'a tag that Terraform would evaluate',
      { tags: { 'a${b}': 'x' } },
      '/tags: "a${b}" holds ${ or %{, which Terraform would evaluate. Leave it out.',
    ],
    [
      'an exception without a reason',
      { exceptions: [{ ...exception, reason: undefined }] },
      '/exceptions/0/reason: missing. Why it is needed.',
    ],
    [
      'an exception until a day that no calendar has',
      { exceptions: [{ ...exception, expires: '2026-13-01' }] },
      '/exceptions/0/expires: "2026-13-01" is not a day of the calendar. Write one like 2026-12-31.',
    ],
  ])('%s', (_, settings, finding) => {
    expect(findings(JSON.parse(JSON.stringify(settings)) as object)).toEqual([finding]);
  });

  test('with all findings at once', () => {
    const settings = {
      name: 'prod',
      testData: 'k12',
      workspace: { mode: 'existing', resourceGroup: 'rg.' },
      network: { addresses: [{ ...allowed, address: 'x', expires: '2026-99-99' }] },
      keyVault: { purgeProtection: false },
    };
    expect(findings(settings).map((line) => line.split(' ')[0])).toEqual([
      '/workspace/synapseWorkspace:',
      '/workspace/storageAccount:',
      '/workspace/keyVault:',
      '/workspace/resourceGroup:',
      '/keyVault:',
      '/testData:',
      '/network/addresses/0/address:',
      '/network/addresses/0/expires:',
      '/keyVault/purgeProtection:',
    ]);
  });

  test('but the settings of an existing workspace are taken where they fit', () => {
    const people = { analysts: [group], privacyOfficers: [{ ...group }] };
    const environment = resolveEnvironment({ ...minimal, workspace: existing, people, dataShare: share }, 'test.json');
    expect([environment.workspace, environment.people.privacyOfficers, environment.dataShare]).toEqual([
      existing,
      [group],
      share,
    ]);
  });
});
