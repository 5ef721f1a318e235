import { staticSite } from '../../src/dashboard/export-site';
import { openDashboard, type Dashboard } from '../../src/dashboard/open-dashboard';
import { siteDataFile } from '../../src/dashboard/site-files';
import { FolderStore } from '../../src/lake/folder-store';
import type { Counts, Timed } from '../tasks';
import { benchPaths } from './process-lake';

export interface OpenDashboardInput {
  readonly lake: string;
}

/** Everything that the dashboard shows of a lake, and how large the data is that the page receives. */
export async function openDashboardTask(input: OpenDashboardInput, timed: Timed): Promise<Counts> {
  const dashboard = await timed(() => openLake(input.lake));
  const sizes = [...(await staticSite(dashboard))].flatMap(([name, { text }]): [string, number][] =>
    name.startsWith('data/') ? [[name, Buffer.byteLength(text)]] : [],
  );
  const schools = sizes.flatMap(([name, bytes]) => (name === siteDataFile ? [] : [bytes]));
  return {
    signals: dashboard.site.engagement.all.signals[0] ?? 0,
    schools: dashboard.site.engagement.values.schools.length,
    firstBytes: new Map(sizes).get(siteDataFile) ?? 0,
    schoolBytes: Math.max(0, ...schools),
    allBytes: sizes.reduce((total, [, bytes]) => total + bytes, 0),
  };
}

export async function openLake(lake: string): Promise<Dashboard> {
  const store = new FolderStore(lake);
  try {
    // Where the generator's K-12 institution is.
    const timeZone = 'America/Chicago';
    return await openDashboard({ store, paths: benchPaths, timeZone, progress: () => undefined });
  } finally {
    await store.close();
  }
}
