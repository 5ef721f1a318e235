import { deployedNames } from '../../contract/deployed-names';
import type { Environment } from '../../contract/environment';
import { notAsked, ok, problem, remark, type Check } from './check';
import type { DoctorEffects } from './effects';
import { checkPrivacyRights } from './privacy-rights';
import { resourceProviders } from './resource-providers';

type Asking = Pick<DoctorEffects, 'askAzure' | 'signedIn' | 'variables'>;

/** What Azure knows and the environment does not say; each check says how to find out where Azure cannot be asked. */
export async function checkAzure(environment: Environment, effects: Asking): Promise<readonly Check[]> {
  return [
    await checkRegistrations(effects),
    await checkLocks(environment, effects),
    ...(environment.dataShare.mode === 'accept' ? [await checkInvitation(environment, effects)] : []),
    ...(environment.workspace.mode === 'existing' ? [await checkFirewall(environment, effects)] : []),
    ...(environment.budget === undefined ? [] : [await checkBudget(environment, effects)]),
    await checkPrivacyRights(environment, effects),
  ];
}

const subscriptionPath = ({ variables }: Asking): string =>
  `/subscriptions/${encodeURIComponent(variables['ARM_SUBSCRIPTION_ID'] ?? '')}`;

/** Where nobody says which subscription, nothing is asked. */
async function ask(effects: Asking, path: string): ReturnType<DoctorEffects['askAzure']> {
  if ((effects.variables['ARM_SUBSCRIPTION_ID'] ?? '') === '') return undefined;
  return effects.askAzure(path);
}

function groupPath(environment: Environment, effects: Asking): string {
  return `${subscriptionPath(effects)}/resourceGroups/${deployedNames(environment).resourceGroup}`;
}

type Fields = Readonly<Record<string, unknown>>;

function listOf(body: unknown): readonly Fields[] {
  const value = (body as { readonly value?: unknown } | undefined)?.value;
  return Array.isArray(value) ? (value as readonly Fields[]) : [];
}

function textOf(fields: unknown, name: string): string {
  const value = (fields as Fields | undefined)?.[name];
  return typeof value === 'string' ? value.replaceAll(/[^\x20-\x7e]/g, '?') : '';
}

/** OWN5: a deployer with rights on a resource group cannot register them. */
async function checkRegistrations(effects: Asking): Promise<Check> {
  const how = 'insights bootstrap --print lists the commands for an administrator.';
  const path = (name: string) => `${subscriptionPath(effects)}/providers/${name}?api-version=2021-04-01`;
  const missing: string[] = [];
  for (const { name } of resourceProviders) {
    const answer = await ask(effects, path(name));
    if (answer?.status !== 200) {
      const message = `Whether the resource providers are registered could not be asked (OWN5).`;
      return notAsked(
        'resource-providers',
        message,
        `az provider show --namespace ${name} --query registrationState`,
        how,
      );
    }
    if (textOf(answer.body, 'registrationState') !== 'Registered') missing.push(name);
  }
  if (missing.length === 0) return ok('resource-providers', 'All resource providers are registered (OWN5).');
  return problem('resource-providers', `Not registered: ${missing.join(', ')} (OWN5).`, how);
}

/** ORDER4: a lock also stops the removal of roles and diagnostic settings beneath it. */
async function checkLocks(environment: Environment, effects: Asking): Promise<Check> {
  const { resourceGroup } = deployedNames(environment);
  const path = `${groupPath(environment, effects)}/providers/Microsoft.Authorization/locks?api-version=2020-05-01`;
  const answer = await ask(effects, path);
  const list = `az lock list --resource-group ${resourceGroup} --output table`;
  if (answer?.status === 404) return ok('locks', `There is no ${resourceGroup} yet, and so no lock (ORDER4).`);
  if (answer?.status !== 200) {
    const message = `Whether somebody has locked ${resourceGroup} could not be asked (ORDER4).`;
    return notAsked('locks', message, list, 'A lock makes destroy, drill and every change of a role condition fail.');
  }
  const locks = listOf(answer.body);
  if (locks.length === 0) return ok('locks', `Nobody has locked ${resourceGroup} (ORDER4).`);
  const named = locks.map((lock) => `${textOf(lock, 'name')} (${textOf(lock['properties'], 'level')})`).join(', ');
  return remark(
    'locks',
    `${resourceGroup} is locked by an operator: ${named}. Destroy, drill and every change of a role condition fail (ORDER4).`,
    ...locks.map((lock) => `Lift it before, and set it again afterwards: az lock delete --ids ${textOf(lock, 'id')}`),
  );
}

/** OWN2: an invitation shows to the identity that it was sent to, and to nobody else. */
async function checkInvitation({ dataShare }: Environment, effects: Asking): Promise<Check> {
  const answer = await ask(effects, '/providers/Microsoft.DataShare/listInvitations?api-version=2021-08-01');
  const signIn = 'az login, as the person whom the mail of the invitation names.';
  if (answer?.status !== 200) {
    return notAsked('invitation', 'Whether the invitation is there could not be asked (OWN2).', signIn);
  }
  const wanted = dataShare.mode === 'off' ? '' : dataShare.invitationId.toLowerCase();
  const found = listOf(answer.body).find(
    ({ properties }) => textOf(properties, 'invitationId').toLowerCase() === wanted,
  );
  if (found === undefined) {
    return problem('invitation', 'Who is signed in has no invitation with the id of the environment (OWN2).', signIn);
  }
  const status = textOf(found['properties'], 'invitationStatus');
  if (status === 'Pending') return ok('invitation', 'The invitation waits to be accepted by who is signed in (OWN2).');
  return problem(
    'invitation',
    `The invitation is ${status}, not Pending (OWN2).`,
    status === 'Accepted'
      ? 'Set dataShare.mode to adopt.'
      : 'Have the administrator of School Data Sync send another invitation.',
  );
}

/** OWN3: somebody else's firewall is looked at, never written. */
async function checkFirewall(environment: Environment, effects: Asking): Promise<Check> {
  const { synapseWorkspace } = deployedNames(environment);
  const workspacePath = `${groupPath(environment, effects)}/providers/Microsoft.Synapse/workspaces/${synapseWorkspace}`;
  const answer = await ask(effects, `${workspacePath}/firewallRules?api-version=2021-06-01`);
  if (answer?.status === 404) {
    const message = `There is no workspace ${synapseWorkspace} in ${deployedNames(environment).resourceGroup}.`;
    return problem('firewall', message, 'Correct workspace in the environment; names are as the portal shows them.');
  }
  const list = `az synapse workspace firewall-rule list --workspace-name ${synapseWorkspace} --resource-group ${deployedNames(environment).resourceGroup} --output table`;
  if (answer?.status !== 200)
    return notAsked('firewall', `The firewall of ${synapseWorkspace} could not be asked.`, list);
  const open = listOf(answer.body).filter(
    ({ properties }) =>
      textOf(properties, 'startIpAddress') === '0.0.0.0' && textOf(properties, 'endIpAddress') === '255.255.255.255',
  );
  if (open.length === 0) return ok('firewall', `The firewall of ${synapseWorkspace} does not let everybody in.`);
  const names = open.map((rule) => textOf(rule, 'name')).join(', ');
  return remark(
    'firewall',
    `The firewall of ${synapseWorkspace} lets the whole internet in, by ${names}; it is not ours to close (OWN3).`,
    'Ask its owner to list addresses instead.',
  );
}

/** Azure refuses a budget whose first month has passed when it is made. */
async function checkBudget(environment: Environment, effects: Asking): Promise<Check> {
  const name = `budget-oea-${environment.suffix.toLowerCase()}`;
  const path = `${groupPath(environment, effects)}/providers/Microsoft.Consumption/budgets/${name}?api-version=2023-11-01`;
  const answer = await ask(effects, path);
  if (answer?.status === 200) return ok('budget', `${name} is there; its first month stays as it is.`);
  const step = `budget.startMonth (${environment.budget?.startMonth ?? ''}) must be this month or a later one when the budget is made.`;
  if (answer?.status === 404) return remark('budget', `${name} is not there yet.`, step);
  return notAsked('budget', `Whether ${name} is there could not be asked.`, step);
}
