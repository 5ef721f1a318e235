import { parseReport, type LakeReports } from '../contract/lake-schemas';
import type { LakeStore } from './store';

/** A file among reports, and what it says; undefined where it is no such report. */
export interface ReportFile<Report> {
  readonly path: string;
  readonly report: Report | undefined;
}

/** Reports of other data versions lie in the same folder: as many of the newest are looked at. */
const lookedAt = 20;

/** The newest reports of a folder, the newest first. By their time: a run of a pipeline has an identifier for a name. */
export async function newestReports<Name extends keyof LakeReports>(
  store: LakeStore,
  folder: string,
  count: number,
  name: Name,
): Promise<ReportFile<LakeReports[Name]>[]> {
  const files = (await store.list(folder)).filter(({ path }) => path.endsWith('.json'));
  const newest = files
    .sort((a, b) => b.modified.getTime() - a.modified.getTime() || (a.path < b.path ? 1 : -1))
    .slice(0, count);
  return Promise.all(newest.map(async ({ path }) => ({ path, report: parseReport(name, await store.read(path)) })));
}

/**
 * The newest report of a data version, or a newer one that cannot be read: it may be of that version, and then what the older
 * one says is no longer so.
 * @returns undefined where there is neither
 */
export async function newestOfVersion<Name extends keyof LakeReports>(
  store: LakeStore,
  folder: string,
  version: string,
  name: Name,
): Promise<ReportFile<LakeReports[Name]> | undefined> {
  const found = await newestReports(store, folder, lookedAt, name);
  return found.find(({ report }) => report === undefined || report.version === version);
}
