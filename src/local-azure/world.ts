import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import { ServiceError } from './http';
import type { LocalAzureSettings, Principal } from './settings';

/** Time that a test or a drill can move; everything that ages in a local Azure asks it. */
class LocalClock {
  private ahead = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** ISO 8601, UTC. */
  timestamp(): string {
    return new Date(this.now()).toISOString();
  }

  advance(seconds: number): void {
    this.ahead += seconds * 1000;
  }
}

const stateFile = 'state.json';
/** Longest time for which a change is in memory only, in milliseconds. */
const savePause = 1000;

/**
 * What the services of one local Azure share: settings, time, and everything that is kept, in named collections of plain
 * JSON values, so that a folder can hold it.
 */
export class World {
  readonly clock = new LocalClock();
  private readonly collections = new Map<string, Map<string, unknown>>();
  private planned: NodeJS.Timeout | undefined;
  /** Why the last writing failed. */
  private problem: InsightsError | undefined;

  /**
   * @param folder where the state is kept between runs. @default in memory
   * @throws InsightsError LOCAL_AZURE_STATE_UNREADABLE
   */
  constructor(
    public settings: LocalAzureSettings,
    private readonly folder?: string,
  ) {
    if (folder !== undefined) this.load(path.join(folder, stateFile));
  }

  /** The collection of this name; made on first use. Values are replaced, never changed in place. */
  collection<Value>(name: string): Map<string, Value> {
    let found = this.collections.get(name);
    if (found === undefined) this.collections.set(name, (found = new Map<string, unknown>()));
    return found as Map<string, Value>;
  }

  /** Writes the state within a moment: many requests come close together, and each may have changed something. */
  saveSoon(): void {
    if (this.folder === undefined || this.planned !== undefined) return;
    this.planned = setTimeout(() => this.trySave(), savePause);
  }

  /**
   * Lets nothing be changed that could not be kept: after a writing that failed, the next change tries again first.
   * @throws ServiceError 507
   */
  refuseUnkept(): void {
    if (this.problem === undefined) return;
    this.trySave();
    if (this.problem === undefined) return;
    throw new ServiceError(507, 'InsufficientStorage', this.problem.message);
  }

  private trySave(): void {
    try {
      this.save();
    } catch (error) {
      if (!(error instanceof InsightsError)) throw error;
    }
  }

  /**
   * Writes the state to its folder; in memory nothing is to be done.
   * @throws InsightsError LOCAL_AZURE_STATE_NOT_WRITTEN
   */
  save(): void {
    clearTimeout(this.planned);
    this.planned = undefined;
    if (this.folder === undefined) return;
    const content = [...this.collections].map(([name, values]) => [name, Object.fromEntries(values)]);
    const file = path.join(this.folder, stateFile);
    try {
      mkdirSync(this.folder, { recursive: true });
      // Written aside, so that a crash leaves the state of before.
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(content)), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      this.problem = undefined;
    } catch (cause) {
      const message = `The state of the local Azure cannot be written (${codeOf(cause)}).`;
      this.problem = new InsightsError('LOCAL_AZURE_STATE_NOT_WRITTEN', message, { place: { file }, cause });
      throw this.problem;
    }
  }

  /** Somebody who signed in, or the identity of a resource, by object id. */
  principal(objectId: string): Principal | undefined {
    const known = this.settings.principals.find((each) => each.objectId === objectId);
    return known ?? this.collection<Principal>('identities').get(objectId);
  }

  private load(file: string): void {
    let kept: Record<string, Record<string, unknown>>;
    try {
      kept = JSON.parse(readFileSync(file, 'utf8')) as typeof kept;
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return;
      const message = `The state of the local Azure cannot be read (${codeOf(cause)}).`;
      throw new InsightsError('LOCAL_AZURE_STATE_UNREADABLE', message, { place: { file }, cause });
    }
    for (const [name, values] of Object.entries(kept)) {
      this.collections.set(name, new Map<string, unknown>(Object.entries(values)));
    }
  }
}

/** `ENOSPC` and its like; for what is no JSON, that. */
function codeOf(error: unknown): string {
  return error instanceof SyntaxError ? 'no JSON' : ((error as NodeJS.ErrnoException).code ?? 'unknown');
}
