import { resolveEnvironment } from '../../../src/contract/environment';
import { checkEnvironment } from '../../../src/operations/doctor/environment-checks';
import { acceptedShare as dataShare, existingWorkspace as workspace } from '../../support/environment-parts';

const minimal = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };
const group = (displayName: string, digit: string) => ({
  objectId: `${digit.repeat(8)}-0000-0000-0000-000000000000`,
  displayName,
});

/** The check of that id, as `[state, message, ...steps]`. */
function check(id: string, settings: object = {}): string[] | undefined {
  const checks = checkEnvironment(resolveEnvironment({ ...minimal, ...settings }, 'test.json'));
  const found = checks.find((candidate) => candidate.id === id);
  return found === undefined ? undefined : [found.state, found.message, ...found.steps];
}

describe('the network', () => {
  test('lets nobody in where no address is listed (NET1)', () => {
    expect(check('network')).toEqual([
      'problem',
      'network.addresses is empty: nobody, the deployer included, reaches workspace, account and vault (NET1).',
      'Add the address of whoever deploys, with owner, reason and expires, or set network.access to private.',
    ]);
  });

  test('does not let in the own region by address (NET1)', () => {
    const addresses = [{ address: '203.0.113.7', owner: 'a', reason: 'b', expires: '2026-12-31' }];
    expect(check('network', { network: { addresses } })).toEqual([
      'remark',
      "1 listed address(es) may come in. The account's list does not work for clients inside Azure in westeurope, such as a CI runner there (NET1).",
      'Run CI outside westeurope, or inside a network with network.access private.',
    ]);
  });

  test('may be private (NET1)', () => {
    const network = {
      access: 'private',
      private: { resourceGroup: 'rg', virtualNetwork: 'v', subnet: 's', dnsZonesResourceGroup: 'rg' },
    };
    expect(check('network', { network })).toEqual([
      'remark',
      'The way in is private: public access of the workspace is off, and its firewall rules are ignored (NET1).',
      'Run deploy and all operations inside that network.',
      'Power BI needs a gateway inside that network.',
    ]);
  });

  test("may be somebody else's (OWN3)", () => {
    expect(check('network', { workspace })).toEqual([
      'remark',
      'The network of the workspace belongs to its owner and is not changed (OWN3).',
      'Its firewall, and those of account and vault, must let in whoever deploys.',
    ]);
  });
});

describe('people', () => {
  test('administrators: none, one, several', () => {
    expect(check('administrators')).toEqual([
      'remark',
      'people.administrators is empty: nobody but the deployer administers SQL.',
      'Add one group with objectId and displayName.',
    ]);
    expect(check('administrators', { people: { administrators: [group('IT', 'a')] } })).toEqual([
      'remark',
      'IT administers SQL, and can read everything through it.',
      'Keep the group empty but for the hour of need (Privileged Identity Management).',
    ]);
    expect(check('administrators', { people: { administrators: [group('IT', 'a'), group('Ops', 'b')] } })).toEqual([
      'remark',
      'Azure takes one Entra administrator of SQL: IT. The other 1 group(s) of people.administrators get no right in SQL.',
      'Put the members into one group.',
    ]);
  });

  test('deployers: none (ACCESS2)', () => {
    const message = 'people.deployers is empty: only the identity that creates the workspace can publish';
    const step = 'Add the group that the deploying identities are in.';
    expect(check('deployers')).toEqual(['remark', `${message}.`, step]);
    expect(check('deployers', { name: 'prod' })).toEqual(['remark', `${message} (ACCESS2).`, step]);
    expect(check('deployers', { people: { deployers: [group('CI', 'a')] } })).toBeUndefined();
  });

  test('the workspace looks their names up (ACCESS3)', () => {
    expect(check('directory-readers')).toEqual([
      'ok',
      'No group reads the databases, so the workspace looks up no name (ACCESS3).',
    ]);
    expect(check('directory-readers', { people: { privacyOfficers: [group('Privacy', 'a')] } })).toEqual([
      'remark',
      'Groups become users of the databases by their names, which needs the Entra role Directory Readers for the identity of syn-oea-contoso12345 (ACCESS3). It cannot be asked from here.',
      'Once, after the first deployment, by a Privileged Role Administrator; the first command must print an id:',
      'principal=$(az synapse workspace show --name syn-oea-contoso12345 --resource-group rg-oea-contoso12345 --query identity.principalId --output tsv); echo $principal',
      'az rest --method POST --uri https://graph.microsoft.com/v1.0/roleManagement/directory/roleAssignments --headers Content-Type=application/json --body "{\\"principalId\\": \\"$principal\\", \\"roleDefinitionId\\": \\"88d8e3e3-8f55-4a1e-953a-9b9898b8876b\\", \\"directoryScopeId\\": \\"/\\"}"',
    ]);
  });
});

describe('the share (OWN2)', () => {
  test('off: how to get an invitation, and both ways to take it', () => {
    expect(check('data-share')).toEqual([
      'remark',
      'dataShare is off: no drop arrives by itself (OWN2).',
      'In School Data Sync, an administrator switches the data lake export on and names who is invited.',
      'The mail that follows has a link whose last part is the id of the invitation.',
      "Accept it in one of two ways. accept: set dataShare.mode to accept in environments/test.json, and deploy with the invited person's own sign-in (az login); a service principal cannot accept what was mailed to a person.",
      'adopt: that person opens the link, chooses the account share-oea-contoso12345 in rg-oea-contoso12345 and the name insights-<tenant id>, maps nothing, and then mode is adopt.',
    ]);
  });

  test('accept: who has to sign in', () => {
    expect(check('data-share', { dataShare })).toEqual([
      'remark',
      'dataShare is accept: the plan accepts the invitation, which only the invited person can (OWN2).',
      'az login, as the person whom the mail of the invitation names; unset ARM_CLIENT_ID.',
      'Deploy test-platform once with that sign-in. Afterwards set mode to adopt: any deployer can then go on.',
    ]);
  });

  test('adopt: what has to be there', () => {
    expect(check('data-share', { dataShare: { ...dataShare, mode: 'adopt' } })).toEqual([
      'remark',
      'dataShare is adopt: the invited person has accepted in the portal, into share-oea-contoso12345 in rg-oea-contoso12345, under the name insights-<tenant id> (OWN2).',
      'az resource list --resource-group rg-oea-contoso12345 --resource-type Microsoft.DataShare/accounts/shareSubscriptions --output table',
      'Where it is not listed: that person opens the link of the mail again; an import of what is not there fails the plan.',
    ]);
  });
});

describe('a workspace', () => {
  test('of ours has no pipelines that fetch from URLs; one that is there has (NET5)', () => {
    expect(check('url-pipelines')).toEqual([
      'ok',
      'Pipelines that fetch from URLs are not deployed: data exfiltration protection lets none of them out (NET5).',
    ]);
    expect(check('url-pipelines', { workspace })).toEqual([
      'ok',
      'Pipelines that fetch from URLs are deployed, as the workspace was made by others (NET5).',
    ]);
  });

  test('that is there has endpoints and rights that are not ours to give (NET3, OWN3)', () => {
    expect([check('managed-endpoints'), check('identity-rights')]).toEqual([undefined, undefined]);
    expect(check('managed-endpoints', { workspace })).toEqual([
      'remark',
      'Private endpoints of syn-oea-old to account and vault are not ours to approve (NET3). Where it has a managed network, their owner does:',
      'az network private-endpoint-connection list --resource-group rg-oea-old --name stoeaold --type Microsoft.Storage/storageAccounts --output table',
      'az network private-endpoint-connection list --resource-group rg-oea-old --name kv-oea-old --type Microsoft.KeyVault/vaults --output table',
      'az network private-endpoint-connection approve --id <id of a pending one> --description "Synapse of Education Insights"',
    ]);
    expect(check('identity-rights', { workspace })).toEqual([
      'remark',
      "The identity of syn-oea-old must read secrets of kv-oea-old and write to stoeaold: OEA's installer gives it both, and they are not given again (OWN3).",
      'az role assignment list --scope $(az storage account show --name stoeaold --query id --output tsv) --output table',
      'az keyvault show --name kv-oea-old --query properties.accessPolicies',
    ]);
  });
});
