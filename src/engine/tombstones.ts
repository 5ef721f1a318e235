import { erasureKeyFingerprint, identifierHmac, type PersonDomain, type TombstoneEntry } from '../contract/erasure';
import { InsightsError } from '../contract/errors';
import type { LakePaths } from '../contract/lake-paths';
import { lakeSchemaProblems } from '../contract/lake-schemas';
import type { LakeStore } from '../lake/store';

/** Whether an identifier is one of an erased (or, where asked for, a held) person. */
export type IdentifierTest = (domain: PersonDomain, value: string) => boolean;

/** Answers that are remembered: a person has many rows, and they lie near each other. */
const rememberedAnswers = 200_000;

/** The persons who were erased from a workspace, and those who may not be (lake-format.md §7). */
export class Tombstones {
  private constructor(
    private readonly store: LakeStore,
    private readonly folder: string,
    private readonly entries: TombstoneEntry[],
  ) {}

  /** One listing; nothing more where nobody was ever erased. @throws InsightsError TOMBSTONES_BROKEN */
  static async read(store: LakeStore, paths: LakePaths): Promise<Tombstones> {
    const folder = paths.erasureFolder;
    const files = (await store.list(folder)).filter(({ path }) => /\/\d{20}\.json$/.test(path));
    const entries = await Promise.all(files.map(async ({ path }) => parseEntry(await store.read(path), path)));
    entries.forEach(({ sequence }, index) => {
      if (sequence !== index) throw broken(`has no entry ${index}`, folder);
    });
    return new Tombstones(store, folder, entries);
  }

  /** HMACs of the identifiers that are erased now. */
  get erased(): ReadonlySet<string> {
    return this.fold('erase', 'lift');
  }

  /** HMACs of the identifiers under a legal hold now. */
  get held(): ReadonlySet<string> {
    return this.fold('hold', 'release');
  }

  /** An erasure was begun and did not come to its end. */
  get isUnfinished(): boolean {
    const last = (action: TombstoneEntry['action']): number =>
      this.entries.findLastIndex((one) => one.action === action);
    return last('erase') > last('finished');
  }

  /** All identifiers of entries that have one of these. */
  listedWith(action: TombstoneEntry['action'], identifiers: ReadonlySet<string>): string[] {
    const entries = this.entries.filter(
      (one) => one.action === action && one.identifiers.some((id) => identifiers.has(id)),
    );
    return [...new Set(entries.flatMap((one) => one.identifiers))];
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /**
   * A test for `identifiers`, which are HMACs under `key`.
   * @throws InsightsError ERASURE_KEY_MISSING, ERASURE_KEY_DIFFERS
   */
  test(key: string | undefined, identifiers: ReadonlySet<string> = this.erased): IdentifierTest {
    const checked = this.checkKey(key);
    const answers = new Map<string, boolean>();
    return (domain, value) => {
      const question = `${domain}\u001f${value}`;
      let answer = answers.get(question);
      if (answer === undefined) {
        answer = identifiers.has(identifierHmac(checked, domain, value));
        if (answers.size >= rememberedAnswers) answers.clear();
        answers.set(question, answer);
      }
      return answer;
    };
  }

  /** Fails closed: with another key than that of the entries nobody would be recognised. */
  checkKey(key: string | undefined): string {
    const place = { path: this.folder };
    if (key === undefined || key === '') {
      throw new InsightsError('ERASURE_KEY_MISSING', 'The erasure key of this workspace is not there.', { place });
    }
    const fingerprint = erasureKeyFingerprint(key);
    if (this.entries.some((entry) => entry.keyFingerprint !== fingerprint)) {
      const message = 'The erasure key is not the one of the tombstones in this lake.';
      throw new InsightsError('ERASURE_KEY_DIFFERS', message, { place });
    }
    return key;
  }

  /** Appends an entry; the caller holds the lake's lock. */
  async append(action: TombstoneEntry['action'], identifiers: Iterable<string>, key: string, now: Date): Promise<void> {
    const sequence = this.entries.length;
    const entry: TombstoneEntry = {
      format: 1,
      sequence,
      at: now.toISOString(),
      action,
      keyFingerprint: erasureKeyFingerprint(this.entries.length === 0 ? key : this.checkKey(key)),
      identifiers: [...new Set(identifiers)].sort(),
    };
    const path = `${this.folder}/${String(sequence).padStart(20, '0')}.json`;
    if (!(await this.store.writeIfAbsent(path, `${JSON.stringify(entry, undefined, 1)}\n`))) {
      throw new InsightsError('LEDGER_CONFLICT', 'Another run has written to the tombstones meanwhile.', {
        place: { file: path },
      });
    }
    this.entries.push(entry);
  }

  private fold(sets: TombstoneEntry['action'], takes: TombstoneEntry['action']): Set<string> {
    const found = new Set<string>();
    for (const { action, identifiers } of this.entries) {
      for (const one of identifiers) {
        if (action === sets) found.add(one);
        else if (action === takes) found.delete(one);
      }
    }
    return found;
  }
}

function parseEntry(bytes: Buffer, path: string): TombstoneEntry {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw broken('is not JSON', path);
  }
  const [problem] = lakeSchemaProblems('tombstone-entry', value);
  if (problem !== undefined) throw broken(`does not fit its schema: ${problem.pointer} ${problem.message}`, path);
  return value as TombstoneEntry;
}

function broken(what: string, file: string): InsightsError {
  return new InsightsError('TOMBSTONES_BROKEN', `The list of erased persons ${what}.`, { place: { file } });
}
