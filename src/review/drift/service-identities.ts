import type { DriftPlace } from './drift';
import { groupUrl } from './role-assignments';

/** Object ids of the identities that services have of their own; absent for a service that is not there. */
export interface ServiceIdentities {
  readonly workspace?: string;
  readonly share?: string;
}

export async function serviceIdentities(place: DriftPlace): Promise<ServiceIdentities> {
  const { synapseWorkspace, dataShareAccount } = place;
  const [workspace, share] = [
    await identityOf(place, `Microsoft.Synapse/workspaces/${synapseWorkspace}?api-version=2021-06-01`),
    await identityOf(place, `Microsoft.DataShare/accounts/${dataShareAccount}?api-version=2021-08-01`),
  ];
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(share === undefined ? {} : { share }),
  };
}

async function identityOf({ resourceManager, ...place }: DriftPlace, path: string): Promise<string | undefined> {
  const url = `${groupUrl(place)}/providers/${path}`;
  const { body } = await resourceManager.send({ method: 'GET', url, accept: [200, 404] });
  return (body as { readonly identity?: { readonly principalId?: string } } | undefined)?.identity?.principalId;
}
