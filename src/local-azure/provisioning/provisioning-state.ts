import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LocalCommand } from './synthesised-stack';

/** What is known of a resource that was applied. Nothing of it is secret: inputs of a stack never are. */
export interface StateEntry {
  readonly address: string;
  readonly type: string;
  readonly constructPath: string;
  /** Of the attributes as they were resolved; another hash is a change. */
  readonly inputHash: string;
  /** Of what replaces the resource when it changes. */
  readonly triggerHash: string;
  /** What others refer to. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** How Azure knows it; absent for what is only here, such as `terraform_data`. */
  readonly resource?: {
    readonly host: string;
    readonly path: string;
    readonly apiVersion: string;
    /** What its deletion says beside the api-version. @default nothing */
    readonly deleteQuery?: string;
  };
  /** Requests and commands of its destruction, resolved. */
  readonly onDestroy: readonly DestroyStep[];
  readonly preventDestroy: boolean;
  readonly dependencies: readonly string[];
}

export type DestroyStep =
  | { readonly kind: 'post'; readonly url: string; readonly ignoreNotFound: boolean }
  | { readonly kind: 'command'; readonly command: LocalCommand };

/** A line of the file: what was made or changed, or the address of what is gone. */
type StateLine = StateEntry | { readonly gone: string };

/**
 * Keeps the state of a stack in a file, a line for each step, so that an interrupted run can be continued and a step costs the same however
 * many there were. What was kept before is written anew, without what is gone, when the first line is added.
 */
export class StateFile {
  private readonly entries = new Map<string, StateEntry>();
  private isOpen = false;

  constructor(private readonly file: string) {
    for (const line of linesOf(file)) {
      if ('gone' in line) this.entries.delete(line.gone);
      else this.entries.set(line.address, line);
    }
  }

  /** In the order in which they were made. */
  all(): readonly StateEntry[] {
    return [...this.entries.values()];
  }

  get(address: string): StateEntry | undefined {
    return this.entries.get(address);
  }

  put(entry: StateEntry): void {
    this.entries.set(entry.address, entry);
    this.add(entry);
  }

  remove(address: string): void {
    this.entries.delete(address);
    this.add({ gone: address });
  }

  private add(line: StateLine): void {
    if (this.isOpen) return appendFileSync(this.file, textOf(line));
    mkdirSync(dirname(this.file), { recursive: true });
    const beside = `${this.file}.new`;
    writeFileSync(beside, this.all().map(textOf).join(''));
    renameSync(beside, this.file);
    this.isOpen = true;
  }
}

function textOf(line: StateLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** A last line without an end was being written when the run was interrupted: that step is done again. */
function linesOf(file: string): readonly StateLine[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as StateLine);
}
