import { randomUUID } from 'node:crypto';
import type { RestClient } from '../../operations/rest-client';
import { resourceManagerHost, type Answer, type AzureResource } from './azure-request';

interface RoleDefinitions {
  readonly value?: readonly { readonly id: string }[];
}

/** A role is given by its name, which Azure is asked for; the assignment's own name is a new GUID each time. */
export async function roleAssignment(attributes: Answer, client: RestClient): Promise<AzureResource> {
  const scope = String(attributes['scope']);
  const definitions = `${scope}/providers/Microsoft.Authorization/roleDefinitions`;
  const filter = encodeURIComponent(`roleName eq '${String(attributes['role_definition_name'])}'`);
  const { body } = await client.send({
    method: 'GET',
    url: `https://${resourceManagerHost}${definitions}?api-version=2022-05-01-preview&$filter=${filter}`,
  });
  const roleDefinitionId = (body as RoleDefinitions | undefined)?.value?.[0]?.id;
  const { condition, condition_version: conditionVersion, description } = attributes;
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`,
        apiVersion: '2022-04-01',
        body: {
          properties: {
            roleDefinitionId,
            principalId: attributes['principal_id'],
            principalType: attributes['principal_type'],
            ...(description === undefined ? {} : { description }),
            ...(condition === undefined ? {} : { condition, conditionVersion }),
          },
        },
      },
    ],
    exports: ({ id, name }) => ({ id, name }),
  };
}
