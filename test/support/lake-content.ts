import { createHash } from 'node:crypto';
import type { Catalogue } from '../../src/catalogue/model';
import type { CommitRows, LakeStageName } from '../../src/contract/lake-format';
import { tablePath } from '../../src/engine/engine-context';
import { LandingLedger } from '../../src/engine/landing-ledger';
import { FolderStore } from '../../src/lake/folder-store';
import { readCommitLedgers, readTable, smallPaths, type StoredRow } from './small-lake';

const stages: readonly LakeStageName[] = ['Ingested', 'Ingested_Corrected', 'Rejected', 'general', 'sensitive'];

/** What two lakes must have in common to be the same to everybody who reads them. */
export interface LakeContent {
  /** By `<table>/<stage>`; tables that are not there are left out. */
  readonly rows: Readonly<Record<string, readonly StoredRow[]>>;
  /** Batch and counts of every commit, oldest first, in the same way. */
  readonly ledgers: Readonly<Record<string, readonly (CommitRows & { readonly batch: number })[]>>;
  /** `<unit>@<rundate> <status>`, in order of landing. */
  readonly units: readonly string[];
  /** Files that nothing refers to: data files without a commit, landed files without an entry, locks, staged files. */
  readonly orphans: readonly string[];
}

export async function lakeContent(lake: string, catalogue: Catalogue): Promise<LakeContent> {
  const store = new FolderStore(lake, { durable: false });
  const rows: Record<string, readonly StoredRow[]> = {};
  const ledgers: Record<string, readonly (CommitRows & { readonly batch: number })[]> = {};
  const orphans: string[] = [];
  const files = (await store.list('')).map(({ path }) => path);
  for (const { name } of catalogue.tables) {
    for (const stage of stages) {
      const found = await readTable(lake, stage, name);
      if (found !== undefined) {
        rows[`${name}/${stage}`] = found;
        const commits = await readCommitLedgers(lake, stage, name);
        ledgers[`${name}/${stage}`] = commits.map((ledger) => ({ batch: ledger.batch, ...ledger.rows }));
      }
      const folder = tablePath(smallPaths, name, stage);
      const log = files.filter((path) => path.startsWith(`${folder}/_delta_log/`) && path.endsWith('.json'));
      const text = (await Promise.all(log.map(async (path) => (await store.read(path)).toString()))).join('');
      const data = files.filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.parquet'));
      orphans.push(
        ...data.filter((path) => !path.includes('/_delta_log/') && !text.includes(path.slice(folder.length + 1))),
      );
    }
  }
  const ledger = await LandingLedger.open(store, smallPaths, { runId: 'test', engine: 'test' });
  const { units } = ledger.state;
  const landed = new Set(
    units.flatMap(({ batches }) => batches.flatMap((batch) => batch.files.map((file) => file.landed))),
  );
  const stage1 = files.filter((path) => path.startsWith(smallPaths.stage(1)));
  orphans.push(...stage1.filter((path) => !landed.has(path)));
  orphans.push(...files.filter((path) => path.startsWith(smallPaths.lock)));
  return { rows, ledgers, units: units.map((unit) => `${unit.unit}@${unit.rundate} ${unit.status}`), orphans };
}

/** Path and SHA-256 of every file of a lake below `prefix`. */
export async function lakeHashes(lake: string, prefix = ''): Promise<Record<string, string>> {
  const store = new FolderStore(lake, { durable: false });
  const hashes: Record<string, string> = {};
  for (const { path } of await store.list(prefix)) {
    hashes[path] = createHash('sha256')
      .update(await store.read(path))
      .digest('hex');
  }
  return hashes;
}
