import { deployedNames } from '../../contract/deployed-names';
import type { Environment } from '../../contract/environment';
import { lakeWorkspaces } from '../../contract/lake-workspaces';
import { notAsked, ok, remark, type Check } from './check';
import type { SignedIn } from '../signed-in';
import type { DoctorEffects } from './effects';

type Asking = Pick<DoctorEffects, 'askAzure' | 'signedIn' | 'variables'>;

/** How much a role lets somebody do with what is in a container, or with secrets. */
type Reach = 0 | 1 | 2;

/** Built-in roles on data by their ids, which are the same in every tenant. A role of somebody's own is not known here. */
const blobRoles: Readonly<Record<string, Reach>> = {
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 1,
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 2,
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 2,
};
const secretRoles: Readonly<Record<string, Reach>> = {
  '4633458b-17de-408a-b874-0445c86b69e6': 1,
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 2,
  '00482a5a-887f-4fb3-b363-3b7fe8e74483': 2,
};

/** What privacy commands need of the containers and of the vault (docs/operations.md, "Rights for an hour"). */
const commands: readonly { readonly name: string; readonly blobs: Reach; readonly secrets: Reach }[] = [
  { name: 'retention', blobs: 1, secrets: 0 },
  { name: 'verify with the salt', blobs: 1, secrets: 1 },
  { name: 'access-request', blobs: 2, secrets: 1 },
  { name: 'erase', blobs: 2, secrets: 1 },
  { name: 'a first erase', blobs: 2, secrets: 2 },
  { name: 'rekey', blobs: 2, secrets: 2 },
];

/** A role that the signed-in identity has, or could have. */
interface HeldRole {
  readonly id: string;
  readonly scope: string;
  readonly role: string;
  readonly hasCondition: boolean;
  /** Until when, `yyyy-MM-ddTHH:mm:ss…`; empty for one that stays. */
  readonly until: string;
}

/** Something that a right is on: a container, or the vault. */
interface Place {
  readonly name: string;
  readonly id: string;
  readonly roles: Readonly<Record<string, Reach>>;
}

const check = 'privacy-rights';

/**
 * Whether who is signed in could erase, answer a request, rekey, or read names right now. Nobody should for longer than an hour
 * (ACCESS2), so that to lack a right is no problem, and to keep one is worth a remark.
 */
export async function checkPrivacyRights(environment: Environment, effects: Asking): Promise<Check> {
  const isKnown = (effects.variables['ARM_SUBSCRIPTION_ID'] ?? '') !== '';
  const person = isKnown ? await effects.signedIn() : undefined;
  const places = placesOf(environment, effects);
  const held = person === undefined ? undefined : await heldRoles(places, person.objectId, effects);
  if (person === undefined || held === undefined) {
    return notAsked(
      check,
      'Whether who is signed in has rights on names and secrets could not be asked (ACCESS2).',
      'az role assignment list --all --assignee <your id> --output table',
      rightsForAnHour,
    );
  }
  if (held === 'absent') return ok(check, 'Account and vault are not there yet, and nobody has a right on them.');
  const blobs = Math.min(...places.slice(0, -1).map((place) => reachOf(place, held)));
  const secrets = Math.max(...places.slice(-1).map((place) => reachOf(place, held)));
  const isPossible = (one: (typeof commands)[number]): boolean => blobs >= one.blobs && secrets >= one.secrets;
  const [able, unable] = [commands.filter(isPossible), commands.filter((one) => !isPossible(one))];
  // Elsewhere the plan gives such rights for test data; those under a condition it gives in production too.
  const standing = held.filter((one) => !one.hasCondition && one.until === '' && environment.production);

  const steps = [
    ...(unable.length === 0 ? [] : await wayToRights(places, held, person, environment, effects)),
    ...standing
      .filter((one) => places.some((place) => isOn(place, one)))
      .map((one) => `Take back what nobody needs to keep: az role assignment delete --ids ${one.id}`),
  ];
  return remark(check, `${sentence(able, unable)}${untilText(held, places)} (ACCESS2).`, ...steps);
}

function sentence(able: typeof commands, unable: typeof commands): string {
  const names = (list: typeof commands): string => list.map(({ name }) => name).join(', ');
  if (able.length === 0)
    return `Who is signed in has no right for ${names(unable)}, as nobody should outside the hour of need`;
  if (unable.length === 0) return `Who is signed in has the rights for ${names(able)}`;
  return `Who is signed in has the rights for ${names(able)}, and not for ${names(unable)}`;
}

function untilText(held: readonly HeldRole[], places: readonly Place[]): string {
  const ends = held
    .filter((one) => one.until !== '' && places.some((place) => isOn(place, one)))
    .map(({ until }) => until);
  return ends.length === 0 ? '' : `; some of them until ${ends.sort()[0]?.slice(0, 16)} UTC`;
}

const rightsForAnHour = 'docs/operations.md, "Rights for an hour", says which roles each command needs.';

function placesOf(environment: Environment, { variables }: Asking): readonly Place[] {
  const { resourceGroup, storageAccount, keyVault } = deployedNames(environment);
  const subscription = encodeURIComponent(variables['ARM_SUBSCRIPTION_ID'] ?? '');
  const providers = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers`;
  const containers = lakeWorkspaces(environment).scheduled === 'prod' ? ['oea', 'stage1', 'stage2', 'stage3'] : ['oea'];
  const account = `${providers}/Microsoft.Storage/storageAccounts/${storageAccount}`;
  return [
    ...containers.map((name) => ({ name, id: `${account}/blobServices/default/containers/${name}`, roles: blobRoles })),
    { name: keyVault, id: `${providers}/Microsoft.KeyVault/vaults/${keyVault}`, roles: secretRoles },
  ];
}

type Fields = Readonly<Record<string, unknown>>;

/** Undefined where it cannot be asked; `absent` where there is nothing to have a right on. */
async function heldRoles(
  places: readonly Place[],
  person: string,
  effects: Asking,
): Promise<readonly HeldRole[] | 'absent' | undefined> {
  const filter = `$filter=${encodeURIComponent(`assignedTo('${person}')`)}`;
  const found = new Map<string, HeldRole>();
  let isThere = false;
  for (const { id } of places) {
    const path = `${id}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&${filter}`;
    const answer = await effects.askAzure(path);
    if (answer?.status === 404) continue;
    if (answer?.status !== 200) return undefined;
    isThere = true;
    for (const one of rolesIn(answer.body)) found.set(one.id.toLowerCase(), one);
  }
  if (!isThere) return 'absent';
  const ends = await endsOf(places, effects);
  return [...found.values()].map((one) => ({ ...one, until: ends.get(keyOf(one)) ?? '' }));
}

function keyOf({ scope, role }: Pick<HeldRole, 'scope' | 'role'>): string {
  return `${scope}|${role}`.toLowerCase();
}

/** When roles that were activated in Privileged Identity Management end; none where the tenant has no licence for it. */
async function endsOf(places: readonly Place[], effects: Asking): Promise<ReadonlyMap<string, string>> {
  const body = await schedules(places, 'roleAssignmentScheduleInstances', effects);
  return new Map(rolesIn(body).map((one) => [keyOf(one), one.until]));
}

/** Schedules of who is signed in on the resource group and below. */
async function schedules(places: readonly Place[], kind: string, { askAzure }: Asking): Promise<unknown> {
  const group = places[0]?.id.split('/providers/')[0] ?? '';
  const path = `${group}/providers/Microsoft.Authorization/${kind}?api-version=2020-10-01&$filter=${encodeURIComponent('asTarget()')}`;
  const answer = await askAzure(path);
  return answer?.status === 200 ? answer.body : undefined;
}

function rolesIn(body: unknown): readonly HeldRole[] {
  const value = (body as { readonly value?: unknown } | undefined)?.value;
  return (Array.isArray(value) ? (value as readonly Fields[]) : []).map(({ id, properties }) => {
    const given = (properties ?? {}) as Fields;
    return {
      id: textOf(id),
      scope: textOf(given['scope']),
      role: textOf(given['roleDefinitionId']).toLowerCase().replace(/^.*\//, ''),
      hasCondition: textOf(given['condition']) !== '',
      until: textOf(given['endDateTime']),
    };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/[^\x20-\x7e]/g, '?') : '';
}

/** Whether a role is one on data, at the place or above it. */
function isOn({ id, roles }: Place, { role, scope }: HeldRole): boolean {
  return roles[role] !== undefined && `${id}/`.toLowerCase().startsWith(`${scope.replace(/\/$/, '')}/`.toLowerCase());
}

/** A right under a condition is one to a part of the folders: not enough for any of these commands. */
function reachOf(place: Place, held: readonly HeldRole[]): Reach {
  const reaches = held.filter((one) => !one.hasCondition && isOn(place, one)).map(({ role }) => place.roles[role] ?? 0);
  return reaches.reduce<Reach>((most, one) => (one > most ? one : most), 0);
}

/** What gives the most that a command needs: to be activated where somebody is eligible, else to be assigned by an owner. */
async function wayToRights(
  places: readonly Place[],
  held: readonly HeldRole[],
  { objectId, type }: SignedIn,
  environment: Environment,
  effects: Asking,
): Promise<readonly string[]> {
  const eligible = rolesIn(await schedules(places, 'roleEligibilityScheduleInstances', effects));
  const lacking = places.filter((place) => reachOf(place, held) < 2);
  const [activated, assigned] = [
    lacking.filter((place) => reachOf(place, eligible) === 2),
    lacking.filter((place) => reachOf(place, eligible) < 2),
  ];
  const names = activated.map(({ name }) => name).join(', ');
  return [
    ...(activated.length === 0
      ? []
      : [`Activate the eligible roles on ${names} in Privileged Identity Management of the portal, for an hour.`]),
    ...(assigned.length === 0
      ? []
      : [`An owner of ${deployedNames(environment).resourceGroup} runs, and takes back afterwards:`]),
    ...assigned.map(({ id, roles }) => {
      const role = roles === blobRoles ? 'Storage Blob Data Contributor' : 'Key Vault Secrets Officer';
      return `az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ${type} --role "${role}" --scope ${id}`;
    }),
    rightsForAnHour,
  ];
}
