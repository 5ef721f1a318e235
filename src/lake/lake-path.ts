import { InsightsError } from '../contract/errors';

/** Folder of the lake's root for unfinished files; never listed. */
export const stagingFolderName = '.staging';

/**
 * Splits a lake path into its segments.
 * @throws InsightsError LAKE_PATH_INVALID for a path that is empty, absolute, leaves the root or uses the staging folder.
 */
export function pathSegments(path: string): string[] {
  const segments = path.split('/');
  const bad = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  if (bad || /[\\\0]/.test(path) || segments[0] === stagingFolderName) {
    throw new InsightsError('LAKE_PATH_INVALID', 'The path does not lie in the lake.', { place: { path } });
  }
  return segments;
}

/** The order of `LakeStore.list`: by UTF-16 code unit, the same on every machine and store. */
export function comparePaths(left: { readonly path: string }, right: { readonly path: string }): number {
  return left.path < right.path ? -1 : left.path > right.path ? 1 : 0;
}

/** LAKE_FILE_MISSING for a path. */
export function fileMissing(path: string, cause?: unknown): InsightsError {
  return new InsightsError('LAKE_FILE_MISSING', 'The lake has no such file.', { place: { path }, cause });
}
