import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import type { Dashboard } from './open-dashboard';
import { dataFile, pageFiles, schoolDataFile, siteDataFile, type SiteFile } from './site-files';

/** All files of the static site by their paths: the same pages from the same numbers as the server's. */
export async function staticSite(dashboard: Dashboard): Promise<ReadonlyMap<string, SiteFile>> {
  const schools = dashboard.site.engagement.values.schools.map((_, index): [string, SiteFile] => [
    schoolDataFile(index + 1),
    dataFile(`school-${index + 1}`, dashboard.school(index + 1)),
  ]);
  return new Map([...(await pageFiles()), [siteDataFile, dataFile('site', dashboard.site)], ...schools]);
}

/**
 * Writes the static site. What an earlier export left in the folder is replaced.
 * @returns the number of files
 * @throws InsightsError DASHBOARD_FOLDER_TAKEN where something else is in the folder, OUTPUT_NOT_WRITTEN
 */
export async function exportSite(dashboard: Dashboard, folder: string): Promise<number> {
  const files = await staticSite(dashboard);
  const present = await readdir(folder).catch(() => []);
  const foreign = present.filter((name) => name !== 'data' && !files.has(name));
  if (foreign.length > 0) {
    throw new InsightsError(
      'DASHBOARD_FOLDER_TAKEN',
      `The folder holds something else: ${foreign.slice(0, 3).join(', ')}.`,
      {
        place: { file: folder },
      },
    );
  }
  try {
    await mkdir(path.join(folder, 'data'), { recursive: true });
    for (const [name, { text }] of files) await writeFile(path.join(folder, name), text);
  } catch (cause) {
    throw new InsightsError('OUTPUT_NOT_WRITTEN', 'The static site could not be written.', {
      place: { file: folder },
      cause,
    });
  }
  return files.size;
}
