import { InsightsStack } from '../../../constructs/insights/insights-stack';
import { PlatformStack } from '../../../constructs/insights/platform-stack';
import { synapseRoles } from '../../../constructs/synapse/synapse-roles';
import { resolveEnvironment } from '../../../src/contract/environment';
import { peopleRoles } from '../../../src/contract/environment-settings';
import { readsFolder } from './readable-folder';
import { blocksOf, synthesise, type Json } from '../synthesised';
import { acceptedShare as dataShare } from '../../support/environment-parts';

/** Places of the lake, container first, in the order of the matrix. */
const places = [
  'oea/pre_landing/data_shares',
  'oea/pre_landing/test_data',
  'stage1',
  'stage2/Ingested',
  'stage2/Refined/M365/v1.14/general',
  'stage2/Refined/M365/v1.14/sensitive',
  'oea/reports',
  'oea/dev',
  'oea/sandboxes',
] as const;

const people: Readonly<Record<string, readonly { objectId: string; displayName: string }[]>> = Object.fromEntries(
  peopleRoles.map((displayName, index) => [
    displayName,
    [{ objectId: `${String(index).repeat(8)}-0000-0000-0000-000000000000`, displayName }],
  ]),
);
const roleOfId: Readonly<Record<string, string>> = Object.fromEntries(
  peopleRoles.map((role) => [people[role]?.[0]?.objectId ?? '', role]),
);

/** Who everybody with a right is, by how the matrix calls them. */
export const holders = [...peopleRoles, 'workspace identity', 'Data Share identity'] as const;

/**
 * What each holder reaches by the plan of an environment with a group per role, as the rows of the table in docs/security.md:
 * a word per place, then the salt, Studio, and the databases.
 */
export function accessMatrix(settings: object): string[][] {
  const environment = resolveEnvironment(
    { suffix: 'a', location: 'westeurope', people, dataShare, ...settings },
    'x.json',
  );
  const stacks = synthesise((app) => {
    new PlatformStack(app, 'platform', { environment });
    new InsightsStack(app, 'insights', { environment });
  });
  const blocks = Object.values(stacks).flatMap((stack) => Object.values(blocksOf(stack)).map(({ body }) => body));
  const assignments = blocks.filter((body) => 'role_definition_name' in body);
  return holders.map((holder) => {
    const own = assignments.filter((body) => holderOf(body) === holder);
    const salt = own.some((body) => body['role_definition_name'] === 'Key Vault Secrets User') ? 'read' : '-';
    return [
      holder,
      ...places.map((place) => rightOn(place, own)),
      salt,
      studioOf(holder, blocks),
      sqlOf(holder, blocks),
    ];
  });
}

function holderOf({ principal_id: principal, description }: Json): string | undefined {
  const words = String(description).split(':')[0];
  if (words === 'Workspace') return 'workspace identity';
  return words === 'DataShare' ? 'Data Share identity' : roleOfId[String(principal)];
}

function rightOn(place: string, assignments: readonly Json[]): string {
  const [container = '', ...rest] = place.split('/');
  const path = rest.join('/');
  const rights = assignments.filter((body) => {
    const scope = String(body['scope']);
    const ofContainer = scope.endsWith(`/containers/${container}`) || scope.includes(`DataLake_${container}_`);
    const folders = [...String(body['condition']).matchAll(/:path\] StringEquals '([^']*)'/g)].map(([, name]) => name);
    return ofContainer && (folders.length === 0 || folders.some((folder) => `${path}/`.startsWith(`${folder}/`)));
  });
  if (rights.length === 0) return '-';
  if (rights.every((body) => String(body['role_definition_name']).endsWith('Reader'))) return 'read';
  return rights.some((body) => readsFolder(body, path)) ? 'write' : 'deliver';
}

function studioOf(holder: string, blocks: readonly Json[]): string {
  const names = blocks.flatMap((body) => {
    const assignment = body['body'] as Json | undefined;
    if (roleOfId[String(assignment?.['principalId'])] !== holder) return [];
    return Object.values(synapseRoles).flatMap(({ id, name }) => (id === assignment?.['roleId'] ? [name] : []));
  });
  return names.length === 0
    ? '-'
    : names
        .map((name) => name.replace('Synapse ', ''))
        .sort()
        .join(', ');
}

/** By the users that the statements of `create_sql_db` make. */
function sqlOf(holder: string, blocks: readonly Json[]): string {
  const pipeline = blocks.find(({ name }) => name === 'create_sql_db')?.['body'] as {
    properties: { parameters: { statements: { defaultValue: readonly { database: string; text: string }[] } } };
  };
  const admin = blocks.some((body) => JSON.stringify(body['body'] ?? {}).includes(`"login":"${holder}"`));
  const databases = pipeline.properties.parameters.statements.defaultValue
    .filter(({ database, text }) => database.startsWith('sdb_') && text.includes(`CREATE USER [${holder}]`))
    .map(({ database }) => (database.endsWith('_sensitive') ? 'sensitive' : 'general'));
  return [...new Set([...(admin ? ['administrator'] : []), ...databases])].join(', ') || '-';
}
