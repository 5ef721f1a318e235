import type { Environment } from '../../contract/environment';
import {
  deliveredFolder,
  LakePaths,
  reportsFolder,
  testDropsFolder,
  workbenchFolders,
} from '../../contract/lake-paths';
import { defaultDataVersion } from '../../contract/versions';
import { textOf, type StackResource } from '../stacks';
import { groupName, type Grant } from './grant';

/** A privacy zone: what a person calls it, and the folder, container first. */
interface Zone {
  readonly name: string;
  readonly folder: string;
}

type Action = 'read' | 'write';

/** Roles on data that this project gives; any other role is told by its own name, on everything below its scope. */
const knownRoles: Readonly<Record<string, readonly Action[]>> = {
  'Storage Blob Data Reader': ['read'],
  'Storage Blob Data Contributor': ['read', 'write'],
  'Storage Blob Data Owner': ['read', 'write'],
};

/** Who writes and cannot read what was written, delivers. */
function rightOf(actions: readonly Action[]): Grant['right'] | undefined {
  if (!actions.includes('write')) return actions[0];
  return actions.includes('read') ? 'write' : 'deliver';
}

/**
 * Who reads and writes which zone, by role assignments and the folders of their conditions (ACCESS5). A condition that
 * names no folder is taken for none: what is not understood opens everything below its scope.
 */
export function lakeGrants(
  resources: readonly StackResource[],
  environment: Environment | undefined,
): readonly Grant[] {
  const zones = zonesOf(environment?.dataVersion ?? defaultDataVersion);
  return resources
    .filter(({ type }) => type === 'azurerm_role_assignment')
    .flatMap((assignment) => {
      const who = holderOf(assignment, environment);
      const role = textOf(assignment.body['role_definition_name'] ?? assignment.body['role_definition_id']);
      if (role === 'Key Vault Secrets User') return [{ who, where: 'salt', right: 'read' }];
      const actions = knownRoles[role];
      if (actions === undefined) return [{ who, where: scopeName(assignment), right: role }];
      return zones.flatMap(({ name, folder }) => {
        const right = rightOf(actions.filter((action) => reaches(assignment, action, folder)));
        return right === undefined ? [] : [{ who, where: name, right }];
      });
    });
}

/** The zones of a lake, those with names of persons first. */
function zonesOf(dataVersion: string): readonly Zone[] {
  const prod = new LakePaths('prod', dataVersion);
  const [dev, sandboxes] = workbenchFolders;
  return [
    { name: 'delivered', folder: deliveredFolder },
    { name: 'test drops', folder: testDropsFolder },
    { name: 'stage 1', folder: prod.stage(1) },
    { name: 'raw stage 2', folder: prod.ingestedFolder },
    { name: 'sensitive', folder: prod.refinedFolder('sensitive') },
    { name: 'general', folder: prod.refinedFolder('general') },
    { name: 'stage 3', folder: prod.stage(3) },
    { name: 'reports', folder: reportsFolder },
    { name: 'dev', folder: dev },
    { name: 'sandboxes', folder: sandboxes },
  ];
}

/** Places without anything about single persons; all others, and what is not known here, hold some. */
const impersonal: ReadonlySet<string> = new Set(['test drops', 'reports']);

/** Whether more rights at a place let somebody learn more about persons. */
export function isPersonal(where: string): boolean {
  return !impersonal.has(where);
}

function reaches({ body }: StackResource, action: Action, folder: string): boolean {
  const scope = textOf(body['scope']);
  const [container = '', ...rest] = folder.split('/');
  const named =
    /\/containers\/([^/]+)$/.exec(scope)?.[1] ??
    /azurerm_storage_container\.DataLake_(\w+?)_[0-9A-F]{8}/.exec(scope)?.[1];
  if (named !== undefined && named !== container) return false;
  const path = `${rest.join('/')}/`;
  return clausesOn(action, textOf(body['condition'])).every((clause) => {
    const folders = [...clause.matchAll(/:path\] StringEquals '([^']*)'/g)].map(([, name]) => `${name}/`);
    // A path with a slash before it is that of no blob.
    return folders.some(
      (allowed) => !allowed.startsWith('/') && (path.startsWith(allowed) || allowed.startsWith(path)),
    );
  });
}

/** The clauses of a condition that keep an action to some paths; an action that is in none is kept to nothing. */
function clausesOn(action: Action, condition: string): readonly string[] {
  return condition
    .split(/ AND (?=\(\(!)/)
    .filter((clause) => clause.includes(`/blobs/${action}'}`) && clause.includes(':path]'));
}

function scopeName({ body }: StackResource): string {
  const scope = textOf(body['scope']);
  return scope.slice(scope.lastIndexOf('/') + 1);
}

function holderOf({ body }: StackResource, environment: Environment | undefined): string {
  const principal = textOf(body['principal_id']);
  if (principal.includes('azapi_resource.Workspace') || principal.includes('azurerm_synapse_workspace')) {
    return 'workspace identity';
  }
  if (principal.includes('azurerm_data_share_account')) return 'Data Share identity';
  return groupName(principal, environment);
}
