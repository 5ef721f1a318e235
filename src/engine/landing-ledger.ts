import { InsightsError } from '../contract/errors';
import type { LedgerEntry, LedgerEvent } from '../contract/lake-format';
import { lakeSchemaProblems } from '../contract/lake-schemas';
import type { LakePaths } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import { foldLedger, type LandingState } from './landing-state';

/** Entries between two checkpoints: a reader opens at most this many files, whatever the history. */
const checkpointInterval = 50;

/**
 * The landing ledger of a lake (lake-format.md §2): numbered entries that are created once and never change.
 * `state` always is the fold of the entries read and written by this object.
 */
export class LandingLedger {
  private constructor(
    private readonly store: LakeStore,
    private readonly folder: string,
    private readonly writer: { readonly runId: string; readonly engine: string },
    private readonly entries: LedgerEntry[],
  ) {}

  /** Reads the newest checkpoint and the entries after it. A gap or an entry that does not fit its schema is refused. */
  static async open(
    store: LakeStore,
    paths: LakePaths,
    writer: { readonly runId: string; readonly engine: string },
  ): Promise<LandingLedger> {
    const folder = paths.landingLedger;
    const names = (await store.list(folder)).map((file) => file.path.slice(folder.length + 1));
    const checkpoint = names.filter((name) => /^checkpoint-\d{20}\.json$/.test(name)).at(-1);
    const entries: LedgerEntry[] = [];
    if (checkpoint !== undefined) {
      const path = `${folder}/${checkpoint}`;
      const content = parseJson(await store.read(path), path);
      if (!Array.isArray(content)) throw broken(path, 'is not a list of entries');
      for (const entry of content) entries.push(checked(entry, path, entries.length));
      const last = Number(checkpoint.slice('checkpoint-'.length, -'.json'.length));
      if (entries.length !== last + 1) throw broken(path, `ends before entry ${last}`);
    }
    const later = names.filter((name) => /^\d{20}\.json$/.test(name) && Number(name.slice(0, 20)) >= entries.length);
    const contents = await Promise.all(later.map((name) => store.read(`${folder}/${name}`)));
    later.forEach((name, index) => {
      const path = `${folder}/${name}`;
      const entry = checked(parseJson(contents[index] ?? Buffer.alloc(0), path), path, entries.length);
      if (entry.sequence !== Number(name.slice(0, 20)))
        throw broken(path, `is entry ${entry.sequence} under another number`);
      entries.push(entry);
    });
    return new LandingLedger(store, folder, writer, entries);
  }

  get state(): LandingState {
    return foldLedger(this.entries);
  }

  /** Appends one entry. Throws LEDGER_CONFLICT when another run has written meanwhile. */
  async append(events: readonly LedgerEvent[], at: Date): Promise<void> {
    const sequence = this.entries.length;
    const entry: LedgerEntry = { format: 1, sequence, at: at.toISOString(), ...this.writer, events };
    const name = String(sequence).padStart(20, '0');
    const path = `${this.folder}/${name}.json`;
    if (!(await this.store.writeIfAbsent(path, `${JSON.stringify(entry, undefined, 1)}\n`))) {
      throw new InsightsError('LEDGER_CONFLICT', 'Another run has written to the landing ledger meanwhile.', {
        place: { file: path },
      });
    }
    this.entries.push(entry);
    if (sequence % checkpointInterval === checkpointInterval - 1) {
      await this.store.write(`${this.folder}/checkpoint-${name}.json`, JSON.stringify(this.entries));
    }
  }
}

/** There is no lake of a workspace and version at a place. */
export function lakeEmpty(store: LakeStore, { workspace, version, ingestedFolder }: LakePaths): InsightsError {
  return new InsightsError('LAKE_EMPTY', `Workspace ${workspace} has no lake of version ${version} here.`, {
    place: { file: store.description, path: ingestedFolder },
  });
}

function checked(value: unknown, path: string, sequence: number): LedgerEntry {
  const [problem] = lakeSchemaProblems('landing-ledger-entry', value);
  if (problem !== undefined) throw broken(path, `does not fit its schema: ${problem.pointer} ${problem.message}`);
  const entry = value as LedgerEntry;
  if (entry.sequence !== sequence) {
    throw broken(path, `is entry ${entry.sequence} where entry ${sequence} was expected`);
  }
  return entry;
}

function parseJson(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw broken(path, 'is not JSON');
  }
}

function broken(path: string, what: string): InsightsError {
  return new InsightsError('LEDGER_BROKEN', `An entry of the landing ledger ${what}.`, { place: { file: path } });
}
