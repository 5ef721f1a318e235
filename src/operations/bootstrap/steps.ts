import { deployedNames } from '../../contract/deployed-names';
import type { Environment } from '../../contract/environment';
import { directoryCommand } from '../doctor/environment-checks';
import { resourceProviders } from '../doctor/resource-providers';
import { administratorRoles, delegatedRoles, type AdministratorRole } from './administrator-roles';

/** What an administrator does once (OWN5). */
export interface BootstrapStep {
  readonly title: string;
  readonly why: string;
  /** For a POSIX shell, in order. */
  readonly commands: readonly string[];
}

/** Logical id of the resource group in the platform stack; pinned by a test of the stack. */
export const resourceGroupAddress = 'azurerm_resource_group.ResourceGroup';

/**
 * All that needs more than rights on a resource group, in order (OWN5). `ARM_SUBSCRIPTION_ID` stands for the subscription,
 * which no file of the project knows; groups of `people.deployers` stand in by their object ids.
 */
export function bootstrapSteps(environment: Environment): readonly BootstrapStep[] {
  return [
    {
      title: 'Resource providers',
      why: `Registering needs rights on the subscription: ${resourceProviders.map(({ name, why }) => `${name} for ${why}`).join('; ')}.`,
      commands: [
        'az account set --subscription "$ARM_SUBSCRIPTION_ID"',
        ...resourceProviders.map(({ name }) => `az provider register --namespace ${name} --wait`),
      ],
    },
    ...groupSteps(environment),
    ...administratorRoles.filter(({ needed }) => needed(environment)).map((role) => roleStep(role, environment)),
    ...(environment.workspace.mode === 'existing' ? [] : [oidcStep(environment)]),
  ];
}

function groupSteps(environment: Environment): readonly BootstrapStep[] {
  if (environment.workspace.mode === 'existing') return [];
  const { resourceGroup } = deployedNames(environment);
  const folder = `cdktf.out/stacks/${environment.name}-platform`;
  return [
    {
      title: 'Resource group',
      why: 'Making a group needs rights on the subscription. Whoever deploys takes it over, once, where the state is.',
      commands: [
        `az group create --name ${resourceGroup} --location ${environment.location}`,
        '# The deployer, after the roles below and before the first deployment:',
        `ENVIRONMENT=${environment.name} node --import tsx main.ts`,
        `terraform -chdir=${folder} init`,
        `terraform -chdir=${folder} import ${resourceGroupAddress} "/subscriptions/$ARM_SUBSCRIPTION_ID/resourceGroups/${resourceGroup}"`,
      ],
    },
  ];
}

function roleStep(entry: AdministratorRole, environment: Environment): BootstrapStep {
  return {
    title: `${entry.role} for the ${entry.to} on ${entry.on}`,
    why: `Needed for: ${entry.why}.`,
    commands: roleCommands(entry, environment),
  };
}

function roleCommands(entry: AdministratorRole, environment: Environment): readonly string[] {
  const { synapseWorkspace, resourceGroup } = deployedNames(environment);
  if (entry.to !== 'deployers') {
    return [
      '# After the first deployment, by a Privileged Role Administrator; the second line must print an id:',
      `principal=$(az synapse workspace show --name ${synapseWorkspace} --resource-group ${resourceGroup} --query identity.principalId --output tsv)`,
      'echo "$principal"',
      directoryCommand('$principal'),
    ];
  }
  const { scope } = entry;
  const assign = deployersOf(environment).map((objectId) =>
    scope === undefined
      ? `az synapse role assignment create --workspace-name ${synapseWorkspace} --role "${entry.role}" --assignee-object-id ${objectId} --assignee-principal-type Group`
      : `az role assignment create --assignee-object-id ${objectId} --assignee-principal-type Group --role "${entry.role}" --scope "${scope(environment)}"`,
  );
  if (entry.role !== 'Role Based Access Control Administrator') return assign;
  return [
    // As a document, because the condition has both quotes and exclamation marks.
    `condition=$(cat <<'END'\n${delegationCondition()}\nEND\n)`,
    ...assign.map((command) => `${command} --condition-version 2.0 --condition "$condition"`),
  ];
}

function deployersOf({ people }: Environment): readonly string[] {
  const ids = people.deployers.map(({ objectId }) => objectId);
  return ids.length === 0 ? ['"$DEPLOYERS_OBJECT_ID"'] : ids;
}

/** Lets its holder give and take the three roles of the project, and no other: not even Owner of the group. */
function delegationCondition(): string {
  const ids = Object.values(delegatedRoles).join(', ');
  const assignments = 'Microsoft.Authorization/roleAssignments';
  const only = (action: string, source: string) =>
    `((!(ActionMatches{'${assignments}/${action}'})) OR (@${source}[${assignments}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${ids}}))`;
  return `${only('write', 'Request')} AND ${only('delete', 'Resource')}`;
}

/** A CI system without a stored secret: its own token is exchanged. */
function oidcStep({ name }: Environment): BootstrapStep {
  const credential = JSON.stringify({
    name: `github-${name}`,
    issuer: 'https://token.actions.githubusercontent.com',
    subject: `repo:OWNER/REPOSITORY:environment:${name}`,
    audiences: ['api://AzureADTokenExchange'],
  });
  return {
    title: 'Sign-in of CI without a secret (OIDC)',
    why: 'The identity signs in with the token of its CI job; nothing is stored that could leak. Write OWNER/REPOSITORY as yours is, and put the identity into the group of deployers.',
    commands: [
      `application=$(az ad app create --display-name insights-deploy-${name} --query appId --output tsv)`,
      'az ad sp create --id "$application"',
      `az ad app federated-credential create --id "$application" --parameters '${credential}'`,
      'echo "ARM_CLIENT_ID=$application ARM_USE_OIDC=true"',
    ],
  };
}
