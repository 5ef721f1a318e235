import { json, jsonBody, text, type Json, type LocalAnswer } from '../http';
import type { NameLimit } from '../../contract/resource-names';
import { nameLimits } from '../../contract/resource-names';
import type { RouteCall, Route } from './subscription';

/** Types whose names are unique in Azure, by namespace; Synapse says `available` where the others say `nameAvailable`. */
const asked: Readonly<Record<string, { readonly type: string; readonly limit: NameLimit; readonly member: string }>> = {
  'microsoft.storage': {
    type: 'Microsoft.Storage/storageAccounts',
    limit: nameLimits.storageAccount,
    member: 'nameAvailable',
  },
  'microsoft.keyvault': { type: 'Microsoft.KeyVault/vaults', limit: nameLimits.keyVault, member: 'nameAvailable' },
  'microsoft.synapse': {
    type: 'Microsoft.Synapse/workspaces',
    limit: nameLimits.synapseWorkspace,
    member: 'available',
  },
};

/** Whether a name is free, as clients ask before they make something. */
export const nameRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: /^\/subscriptions\/[^/]+\/providers\/(Microsoft\.(?:Storage|KeyVault|Synapse))\/checkNameAvailability$/i,
    answer: availability,
  },
];

function availability({ services, request, match }: RouteCall): LocalAnswer {
  const { type, limit, member } = asked[(match[1] ?? '').toLowerCase()] ?? { type: '', limit: undefined, member: '' };
  const name = text(jsonBody(request)['name']);
  const answer = (reason?: string, message?: string): Json =>
    reason === undefined ? { name, [member]: true } : { name, [member]: false, reason, message };
  const isFit =
    limit !== undefined &&
    name.length >= limit.minimumLength &&
    name.length <= limit.maximumLength &&
    limit.pattern.test(name);
  if (!isFit) return json(200, answer('Invalid', `The name '${name}' of ${type} is invalid.`));
  const isTaken = services.store.named(type, name) !== undefined;
  return json(200, isTaken ? answer('AlreadyExists', `The name '${name}' of ${type} is already taken.`) : answer());
}
