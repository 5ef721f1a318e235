import { InsightsError } from './errors';

/**
 * Version of the Microsoft 365 data set in every lake path (`M365/v1.14`) and database name.
 * Upstream's pipelines default to `1.4.0` and its reset to `1.14` (defect D18); here one value serves both.
 */
export const defaultDataVersion = '1.14';

/** What upstream's pipelines wrote: a lake with this version is read and continued like any other. */
export const upstreamDataVersion = '1.4.0';

/** The only Spark runtime of Synapse that is still serviced; pools keep upstream's names, not its version 3.3. */
export const sparkRuntimeVersion = '3.5';

/** OEA's own version, in the tag `oea_version` of everything deployed. */
export const oeaVersion = '0.8';

const dataVersionPattern = /^(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,3})){1,2}$/;

/**
 * A data version as paths need it: two or three numbers, no leading `v`, no leading zeros (each spelling would be another folder).
 * @throws InsightsError DATA_VERSION_INVALID
 */
export function parseDataVersion(text: string): string {
  if (dataVersionPattern.test(text)) return text;
  throw new InsightsError('DATA_VERSION_INVALID', `${JSON.stringify(text)} is not a data version.`);
}

/** Where a workspace lives: `prod` in the stage containers, `dev` and sandboxes below `oea` (design.md §4). */
export type WorkspaceKind = 'prod' | 'dev' | 'sandbox';

const workspacePattern = /^[A-Za-z0-9_-]{1,30}$/;

/**
 * A workspace name, unchanged: `prod`, `dev`, or 1 to 30 letters, digits, `-` and `_` for a sandbox.
 * `Prod` or `DEV` are refused: they would silently be sandboxes, with another salt (PRIV4).
 * @throws InsightsError WORKSPACE_NAME_INVALID
 */
export function parseWorkspaceName(text: string): string {
  if (!workspacePattern.test(text)) {
    throw new InsightsError('WORKSPACE_NAME_INVALID', `${JSON.stringify(text)} is not a workspace name.`);
  }
  const lowerCase = text.toLowerCase();
  if (text !== lowerCase && workspaceKind(lowerCase) !== 'sandbox') {
    throw new InsightsError('WORKSPACE_NAME_INVALID', `Workspace "${text}" differs from "${lowerCase}" in case only.`, {
      nextStep: `Write "${lowerCase}", or choose a name that nobody takes for it.`,
    });
  }
  return text;
}

/** @param workspace a name that {@link parseWorkspaceName} has accepted. */
export function workspaceKind(workspace: string): WorkspaceKind {
  return workspace === 'prod' || workspace === 'dev' ? workspace : 'sandbox';
}
