import { randomUUID } from 'node:crypto';
import type { Json } from '../http';
import type { World } from '../world';

/** An assignment of a Synapse role. */
export interface SynapseAssignment {
  readonly id: string;
  readonly roleDefinitionId: string;
  readonly principalId: string;
  /** `workspaces/<w>`, or beneath it. */
  readonly scope: string;
  readonly principalType?: string;
  /** When it was made, in milliseconds since 1970. */
  readonly madeAt: number;
}

/** What a workspace's development endpoint keeps: it goes with the workspace. */
export interface WorkspaceContent {
  /** By `<collection>/<lower-case name>`. */
  readonly artifacts: Readonly<Record<string, Json>>;
  readonly assignments: Readonly<Record<string, SynapseAssignment>>;
  /** Managed private endpoints by name. */
  readonly endpoints: Readonly<Record<string, Json>>;
}

export const administratorRole = '6e4bf58a-b8e1-4cc3-bbf9-d73143322b78';

function workspaces(world: World): Map<string, WorkspaceContent> {
  return world.collection<WorkspaceContent>('workspaces');
}

/** Makes the content of a new workspace: its creator and its own identity administer it. One that is there is kept. */
export function openWorkspace(
  world: World,
  name: string,
  by: { readonly creator: string; readonly identity: string },
): void {
  if (workspaces(world).has(name)) return;
  const assignments = [by.creator, by.identity].map((principalId): [string, SynapseAssignment] => {
    const id = randomUUID();
    const scope = `workspaces/${name}`;
    return [id, { id, roleDefinitionId: administratorRole, principalId, scope, madeAt: 0 }];
  });
  workspaces(world).set(name, { artifacts: {}, assignments: Object.fromEntries(assignments), endpoints: {} });
}

export function workspaceContent(world: World, name: string): WorkspaceContent | undefined {
  return workspaces(world).get(name);
}

export function changeWorkspace(
  world: World,
  name: string,
  change: (content: WorkspaceContent) => WorkspaceContent,
): void {
  const found = workspaces(world).get(name);
  if (found !== undefined) workspaces(world).set(name, change(found));
}

export function forgetWorkspace(world: World, name: string): void {
  workspaces(world).delete(name);
}
