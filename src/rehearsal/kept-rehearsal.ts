import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What must be the same for a rehearsal to go on with what an earlier one left. */
export interface KeptMark {
  readonly environment: string;
  readonly testData: string;
  /** What its notebooks ran on. */
  readonly engine: 'duckdb' | 'spark';
  /** Of everything that may have made what is there. */
  readonly code: string;
}

const markFile = 'kept.json';

/** The code that the lake of a rehearsal was made by; changes of artifacts and constructs are found by provisioning. */
export function codeFingerprint(projectRoot: string): string {
  const files = ['src', join('assets', 'catalogue')].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => statSync(join(projectRoot, file)).isFile()),
  );
  const hash = createHash('sha256');
  for (const file of [...files.sort(), 'package-lock.json']) {
    hash.update(`${file}\n`).update(readFileSync(join(projectRoot, file)));
  }
  return hash.digest('hex');
}

/**
 * Prepares a rehearsal's folder: what an earlier one left is used again when it came to a good end and was made alike, else all begins from
 * nothing. The mark is taken away until `markKept`, so that a rehearsal that dies is not gone on with.
 * @returns whether something is there to go on with
 */
export function takeKept(folder: string, wanted: KeptMark): boolean {
  const file = join(folder, markFile);
  const isAlike = existsSync(file) && readFileSync(file, 'utf8') === textOf(wanted);
  rmSync(isAlike ? file : folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return isAlike;
}

/** Lets the next rehearsal go on with this one. To be called once everything has been written. */
export function markKept(folder: string, mark: KeptMark): void {
  writeFileSync(join(folder, markFile), textOf(mark));
}

function textOf({ environment, testData, engine, code }: KeptMark): string {
  return `${JSON.stringify({ environment, testData, engine, code })}\n`;
}
