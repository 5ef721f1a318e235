import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import { outputNotWritten } from '../contract/system-failure';
import type { Dashboard } from './open-dashboard';
import { dataFiles, pageFiles, type SiteFile } from './site-files';

/** All files of the static site by their paths: the same pages from the same numbers as the server's. */
export async function staticSite(dashboard: Dashboard): Promise<ReadonlyMap<string, SiteFile>> {
  return new Map([...(await pageFiles()), ...dataFiles(dashboard)]);
}

/**
 * Asks, before numbers are computed, whether the static site may be written into a folder: one that is not there, is empty
 * or holds an earlier export.
 * @throws InsightsError DASHBOARD_FOLDER_TAKEN
 */
export async function refuseTakenFolder(folder: string): Promise<void> {
  const own = new Set(['data', ...(await pageFiles()).keys()]);
  const [present, data] = await Promise.all([namesIn(folder), namesIn(path.join(folder, 'data'))]);
  const foreign = [
    ...present.filter((name) => !own.has(name)),
    ...data.filter((name) => !/^(site|school-[0-9]+)\.js$/.test(name)).map((name) => `data/${name}`),
  ];
  if (foreign.length === 0) return;
  const message = `The folder holds something else: ${foreign.sort().slice(0, 3).join(', ')}.`;
  throw new InsightsError('DASHBOARD_FOLDER_TAKEN', message, { place: { file: folder } });
}

/**
 * Writes the static site into a folder that `refuseTakenFolder` lets pass. Schools of an earlier export that are gone go.
 * @returns the number of files
 * @throws InsightsError OUTPUT_NOT_WRITTEN
 */
export async function exportSite(dashboard: Dashboard, folder: string): Promise<number> {
  const files = await staticSite(dashboard);
  try {
    await rm(path.join(folder, 'data'), { recursive: true, force: true });
    await mkdir(path.join(folder, 'data'), { recursive: true });
    for (const [name, { text }] of files) await writeFile(path.join(folder, name), text);
  } catch (cause) {
    throw outputNotWritten('The static site', folder, cause);
  }
  return files.size;
}

/** Nothing of a folder that is not there. */
function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
