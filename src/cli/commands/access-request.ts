import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import type { AccessDocument } from '../../privacy/access-request';
import { writeNewFile } from '../new-file';
import type { Output } from '../output';
import type { PrivacyFlags } from '../privacy-session';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface AccessFlags extends PrivacyFlags {
  readonly person: string;
  readonly out: string;
}

/** `insights access-request`: everything held about a person, for the person (ERASE5). */
export function addAccessRequest({ program, run }: CommandFrame): void {
  program
    .command('access-request')
    .description('write everything that a lake holds about a person into a file outside of it')
    .requiredOption('--person <id>', 'directory object id or person id; all accounts and persons of the mapping belong')
    .requiredOption('--out <file>', 'the file; new, outside the lake, readable by you only')
    .option('--lake <folder|url>', 'the lake')
    .option('--env <name>', 'the environment whose lake it is, instead of --lake')
    .option('--workspace <name>', 'prod, dev or a sandbox (default: dev, or what the environment processes)')
    .option('--salt-file <file>', 'file with the salt (default: under .insights/, or from the vault of --env)')
    .option('--profile <profile>', 'strict or v0.2 (default: strict, or that of the environment)')
    .action((flags: AccessFlags, command: Command) =>
      run(command, (output, surroundings) => requestAccess(flags, output, surroundings)),
    );
}

async function requestAccess(flags: AccessFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { withPrivacy } = require('../privacy-session') as typeof import('../privacy-session');
  const { collectAccess } = require('../../privacy/access-request') as typeof import('../../privacy/access-request');
  refusePlace(flags);
  const document = await withPrivacy(flags, output, surroundings, (work) =>
    collectAccess({ ...work, person: flags.person }),
  );
  writeNewFile(flags.out, `${JSON.stringify(document, null, 2)}\n`, 'ACCESS_REQUEST_PLACE');
  const tables = countsOf(document);
  output.table(
    ['table', 'rows'],
    tables.map(({ table, rows }) => [table, rows] as const),
  );
  output.line(`Accounts: ${document.accounts.length}, persons: ${document.persons.length}. Written to ${flags.out}.`);
  // The result goes to logs: the rows do not.
  const { accounts, persons } = document;
  return { result: { file: flags.out, accounts: accounts.length, persons: persons.length, tables } };
}

function countsOf({ versions }: AccessDocument): { readonly table: string; readonly rows: number }[] {
  return versions.flatMap(({ tables }) => tables.map(({ table, rows }) => ({ table, rows: rows.length })));
}

function refusePlace({ lake, out }: AccessFlags): void {
  if (lake === undefined || /^https?:/.test(lake)) return;
  const inside = path.relative(
    realPath(lake),
    path.join(realPath(path.dirname(path.resolve(out))), path.basename(out)),
  );
  if (inside.startsWith('..') || path.isAbsolute(inside)) return;
  throw new InsightsError('ACCESS_REQUEST_PLACE', 'The file would lie in the lake.', { place: { file: out } });
}

/** Where a folder lies, links followed; as it was given where nothing is there yet. */
function realPath(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : path.resolve(folder);
}
