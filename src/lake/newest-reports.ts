import { parseReport, type LakeReports } from '../contract/lake-schemas';
import type { LakeStore } from './store';

/** A file among reports, and what it says; undefined where it is no such report. */
export interface ReportFile<Report> {
  readonly path: string;
  readonly report: Report | undefined;
}

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
