import { isObject } from '../../artifacts/walk-json';
import { isAbsent, type RestClient } from '../../operations/rest-client';
import { textOf, type StackResource } from '../stacks';
import { studioRoleName } from '../studio-roles';
import type { Comparison, Drift, DriftPlace, DriftReport } from './drift';
import { ownsWorkspace } from './owns-workspace';

/** Who has a role in Synapse Studio, and where: the workspace, or one thing in it. */
interface StudioAssignment {
  readonly principal: string;
  readonly role: string;
  /** `workspace`, or the rest of the scope, such as `bigDataPools/spark3p3sm`. */
  readonly on: string;
}

interface ListedAssignment {
  readonly principalId: string;
  readonly roleDefinitionId: string;
  readonly scope: string;
}

const apiVersion = '2020-12-01';

/**
 * Compares the roles in Synapse Studio, which decide who publishes and so who reads everything (ACCESS2). In a workspace that
 * was there before only ours are looked for. The identities that Azure needs, and those said to deploy, are nobody's change.
 * @param workspaceIdentity object id; it administers the workspace by itself, as does whoever created it
 */
export async function studioDrift(
  resources: readonly StackResource[],
  place: Pick<DriftPlace, 'development' | 'synapseWorkspace' | 'deployers' | 'asking'>,
  workspaceIdentity: string | undefined,
): Promise<Comparison & Pick<DriftReport, 'ofWhoAsks'>> {
  const expected = resources.flatMap(expectedAssignment);
  const isOurs = ownsWorkspace(resources);
  if (expected.length === 0 && !isOurs) return { compared: 0, drifts: [], ofWhoAsks: [] };
  const actual = await actualAssignments(place);
  const known = new Set([workspaceIdentity, ...place.deployers].map((id) => id?.toLowerCase()));
  const missing = expected.filter((wanted) => !actual.some((one) => isSame(one, wanted)));
  const added = actual
    .filter((one) => isOurs && !known.has(one.principal.toLowerCase()))
    .filter((one) => !expected.some((wanted) => isSame(one, wanted)));
  const asks = ({ principal }: StudioAssignment): boolean => principal.toLowerCase() === place.asking?.toLowerCase();
  return {
    compared: expected.length,
    drifts: [
      ...missing.map((wanted) => toDrift('missing', wanted, 'is not assigned')),
      ...added.filter((one) => !asks(one)).map((one) => toDrift('added', one, 'was assigned by somebody else')),
    ],
    ofWhoAsks: added.filter(asks).map((one) => toDrift('added', one, 'is of whoever asks, and no plan gave it')),
  };
}

function isSame(one: StudioAssignment, other: StudioAssignment): boolean {
  return (
    one.principal.toLowerCase() === other.principal.toLowerCase() && one.role === other.role && one.on === other.on
  );
}

function toDrift(change: Drift['change'], { principal, role, on }: StudioAssignment, detail: string): Drift {
  return { kind: 'role', at: `${studioRoleName(role)} for ${principal} on the ${on}`, change, detail };
}

function expectedAssignment({ body }: StackResource): readonly StudioAssignment[] {
  if (!textOf(body['type']).startsWith('Microsoft.Synapse/workspaces/roleAssignments@')) return [];
  const sent = isObject(body['body']) ? body['body'] : {};
  return [{ principal: textOf(sent['principalId']), role: textOf(sent['roleId']), on: placeOf(textOf(sent['scope'])) }];
}

/** Of `workspaces/<w>/bigDataPools/<p>`; the workspace's name may be a reference of Terraform's. */
function placeOf(scope: string): string {
  return /^workspaces\/[^/]+\/(.+)$/.exec(scope)?.[1] ?? 'workspace';
}

/** All pages; none where there is no workspace. */
async function actualAssignments({
  development,
  synapseWorkspace,
}: {
  readonly development: RestClient;
  readonly synapseWorkspace: string;
}): Promise<readonly StudioAssignment[]> {
  const url = `https://${synapseWorkspace}.dev.azuresynapse.net/roleAssignments?api-version=${apiVersion}`;
  const found: StudioAssignment[] = [];
  let continuation: string | undefined;
  do {
    const page = continuation === undefined ? {} : { continuation };
    const answer = await development.send({ method: 'GET', url, ...page }).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (answer === undefined) return [];
    const { value = [] } = answer.body as { readonly value?: readonly ListedAssignment[] };
    for (const { principalId: principal, roleDefinitionId: role, scope } of value) {
      found.push({ principal, role, on: placeOf(scope) });
    }
    continuation = answer.continuation;
  } while (continuation !== undefined);
  return found;
}
