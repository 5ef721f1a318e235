import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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

/** Resources of one stack in the order in which they were made. */
export interface ProvisioningState {
  readonly entries: readonly StateEntry[];
}

/** Keeps the state of a stack in a file, written whole after each step, so that an interrupted run can be continued. */
export class StateFile {
  private readonly entries = new Map<string, StateEntry>();

  constructor(private readonly file: string) {
    if (!existsSync(file)) return;
    const { entries } = JSON.parse(readFileSync(file, 'utf8')) as ProvisioningState;
    for (const entry of entries) this.entries.set(entry.address, entry);
  }

  all(): readonly StateEntry[] {
    return [...this.entries.values()];
  }

  get(address: string): StateEntry | undefined {
    return this.entries.get(address);
  }

  put(entry: StateEntry): void {
    this.entries.set(entry.address, entry);
    this.save();
  }

  remove(address: string): void {
    this.entries.delete(address);
    this.save();
  }

  private save(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const beside = `${this.file}.new`;
    writeFileSync(beside, `${JSON.stringify({ entries: this.all() }, undefined, 1)}\n`);
    renameSync(beside, this.file);
  }
}
