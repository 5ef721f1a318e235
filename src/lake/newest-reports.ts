import type { LakeStore } from './store';

/**
 * The newest reports of a folder, the newest first. By their time: a run of a pipeline has an identifier for a name. One that
 * is no JSON is left out: it says nothing.
 */
export async function newestReports<Report>(store: LakeStore, folder: string, count: number): Promise<Report[]> {
  const files = (await store.list(folder)).filter(({ path }) => path.endsWith('.json'));
  const newest = files
    .sort((a, b) => b.modified.getTime() - a.modified.getTime() || (a.path < b.path ? 1 : -1))
    .slice(0, count);
  const texts = await Promise.all(newest.map(({ path }) => store.read(path)));
  return texts.flatMap((bytes): Report[] => {
    try {
      return [JSON.parse(bytes.toString('utf8')) as Report];
    } catch {
      return [];
    }
  });
}
