import { deployedNames } from '../../contract/deployed-names';
import type { Environment } from '../../contract/environment';
import { ok, problem, remark, type Check } from './check';

/** Entra's built-in role that lets an identity look up names; its id is the same in every tenant. */
const directoryReaders = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';

/** What follows from an environment's settings alone; nothing is asked. */
export function checkEnvironment(environment: Environment): readonly Check[] {
  return [
    checkNetwork(environment),
    ...checkPeople(environment),
    checkDirectory(environment),
    checkShare(environment),
    checkUrlPipelines(environment),
    ...checkExisting(environment),
  ];
}

/** NET1: which way in there is, and what it does not let in. */
function checkNetwork({ network, location, workspace }: Environment): Check {
  if (workspace.mode === 'existing') {
    return remark(
      'network',
      'The network of the workspace belongs to its owner and is not changed (OWN3).',
      'Its firewall, and those of account and vault, must let in whoever deploys.',
    );
  }
  if (network.access === 'private') {
    return remark(
      'network',
      'The way in is private: public access of the workspace is off, and its firewall rules are ignored (NET1).',
      'Run deploy and all operations inside that network.',
      'Power BI needs a gateway inside that network.',
    );
  }
  if (network.addresses.length === 0) {
    return problem(
      'network',
      'network.addresses is empty: nobody, the deployer included, reaches workspace, account and vault (NET1).',
      'Add the address of whoever deploys, with owner, reason and expires, or set network.access to private.',
    );
  }
  return remark(
    'network',
    `${network.addresses.length} listed address(es) may come in. The account's list does not work for clients inside Azure in ${location}, such as a CI runner there (NET1).`,
    `Run CI outside ${location}, or inside a network with network.access private.`,
  );
}

function checkPeople({ people, production }: Environment): readonly Check[] {
  const [first, ...others] = people.administrators;
  const administrators =
    first === undefined
      ? remark(
          'administrators',
          'people.administrators is empty: nobody but the deployer administers SQL.',
          'Add one group with objectId and displayName.',
        )
      : others.length > 0
        ? remark(
            'administrators',
            `Azure takes one Entra administrator of SQL: ${first.displayName}. The other ${others.length} group(s) of people.administrators get no right in SQL.`,
            'Put the members into one group.',
          )
        : remark(
            'administrators',
            `${first.displayName} administers SQL, and can read everything through it.`,
            'Keep the group empty but for the hour of need (Privileged Identity Management).',
          );
  if (people.deployers.length > 0) return [administrators];
  const message = `people.deployers is empty: only the identity that creates the workspace can publish${production ? ' (ACCESS2)' : ''}.`;
  return [administrators, remark('deployers', message, 'Add the group that the deploying identities are in.')];
}

/** ACCESS3: T-SQL makes users by name, which the workspace has to look up. No interface of ours may ask Entra. */
function checkDirectory(environment: Environment): Check {
  const { people } = environment;
  const readers = [people.analysts, people.dataScientists, people.externalDataScientists, people.privacyOfficers];
  if (readers.every((groups) => groups.length === 0)) {
    return ok('directory-readers', 'No group reads the databases, so the workspace looks up no name (ACCESS3).');
  }
  const { synapseWorkspace, resourceGroup } = deployedNames(environment);
  return remark(
    'directory-readers',
    `Groups become users of the databases by their names, which needs the Entra role Directory Readers for the identity of ${synapseWorkspace} (ACCESS3). It cannot be asked from here.`,
    'Once, after the first deployment, by a Privileged Role Administrator; the first command must print an id:',
    `principal=$(az synapse workspace show --name ${synapseWorkspace} --resource-group ${resourceGroup} --query identity.principalId --output tsv); echo $principal`,
    directoryCommand('$principal'),
  );
}

/** The call that gives an identity the role Directory Readers. */
export function directoryCommand(principal: string): string {
  const body = `{\\"principalId\\": \\"${principal}\\", \\"roleDefinitionId\\": \\"${directoryReaders}\\", \\"directoryScopeId\\": \\"/\\"}`;
  return `az rest --method POST --uri https://graph.microsoft.com/v1.0/roleManagement/directory/roleAssignments --headers Content-Type=application/json --body "${body}"`;
}

/** OWN2: what only the invited person can do, step by step. */
function checkShare(environment: Environment): Check {
  const { dataShare, name } = environment;
  const { dataShareAccount, resourceGroup } = deployedNames(environment);
  const fileOf = `environments/${name}.json`;
  if (dataShare.mode === 'off') {
    return remark(
      'data-share',
      'dataShare is off: no drop arrives by itself (OWN2).',
      'In School Data Sync, an administrator switches the data lake export on and names who is invited.',
      'The mail that follows has a link whose last part is the id of the invitation.',
      `Accept it in one of two ways. accept: set dataShare.mode to accept in ${fileOf}, and deploy with the invited person's own sign-in (az login); a service principal cannot accept what was mailed to a person.`,
      `adopt: that person opens the link, chooses the account ${dataShareAccount} in ${resourceGroup} and the name insights-<tenant id>, maps nothing, and then mode is adopt.`,
    );
  }
  if (dataShare.mode === 'accept') {
    return remark(
      'data-share',
      'dataShare is accept: the plan accepts the invitation, which only the invited person can (OWN2).',
      'az login, as the person whom the mail of the invitation names; unset ARM_CLIENT_ID.',
      `Deploy ${name}-platform once with that sign-in. Afterwards set mode to adopt: any deployer can then go on.`,
    );
  }
  return remark(
    'data-share',
    `dataShare is adopt: the invited person has accepted in the portal, into ${dataShareAccount} in ${resourceGroup}, under the name insights-<tenant id> (OWN2).`,
    `az resource list --resource-group ${resourceGroup} --resource-type Microsoft.DataShare/accounts/shareSubscriptions --output table`,
    'Where it is not listed: that person opens the link of the mail again; an import of what is not there fails the plan.',
  );
}

/** NET5: exfiltration protection can be set at creation only, and is always set on a workspace of ours. */
function checkUrlPipelines({ workspace }: Environment): Check {
  if (workspace.mode === 'existing') {
    return ok(
      'url-pipelines',
      'Pipelines that fetch from URLs are deployed, as the workspace was made by others (NET5).',
    );
  }
  return ok(
    'url-pipelines',
    'Pipelines that fetch from URLs are not deployed: data exfiltration protection lets none of them out (NET5).',
  );
}

/** OWN3 and NET3: what an installation beside others cannot do itself. */
function checkExisting(environment: Environment): readonly Check[] {
  if (environment.workspace.mode === 'create') return [];
  const { synapseWorkspace, storageAccount, keyVault, resourceGroup } = deployedNames(environment);
  const connections = (type: string, name: string): string =>
    `az network private-endpoint-connection list --resource-group ${resourceGroup} --name ${name} --type ${type} --output table`;
  return [
    remark(
      'managed-endpoints',
      `Private endpoints of ${synapseWorkspace} to account and vault are not ours to approve (NET3). Where it has a managed network, their owner does:`,
      connections('Microsoft.Storage/storageAccounts', storageAccount),
      connections('Microsoft.KeyVault/vaults', keyVault),
      'az network private-endpoint-connection approve --id <id of a pending one> --description "Synapse of Education Insights"',
    ),
    remark(
      'identity-rights',
      `The identity of ${synapseWorkspace} must read secrets of ${keyVault} and write to ${storageAccount}: OEA's installer gives it both, and they are not given again (OWN3).`,
      `az role assignment list --scope $(az storage account show --name ${storageAccount} --query id --output tsv) --output table`,
      `az keyvault show --name ${keyVault} --query properties.accessPolicies`,
    ),
  ];
}
