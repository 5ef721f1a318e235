import { textOf, type StackResource } from '../stacks';

/** Whether the stacks make the workspace; else it was there before, and most of what is in it is somebody else's (OWN3). */
export function ownsWorkspace(resources: readonly StackResource[]): boolean {
  return resources.some(({ body }) => textOf(body['type']).startsWith('Microsoft.Synapse/workspaces@'));
}
