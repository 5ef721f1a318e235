import type { Catalogue } from '../../src/catalogue/model';
import { validateCommitLedger, validateLedgerEntry } from '../../src/contract/lake-schemas';
import type { CommitLedger, LakeStageName, LedgerEntry } from '../../src/contract/lake-format';
import { readCommitLedgers, readLandingLedger, readTable } from './small-lake';

const stages: readonly LakeStageName[] = ['Ingested', 'Ingested_Corrected', 'Rejected', 'general', 'sensitive'];

/**
 * Where a lake breaks the equations of docs/lake-format.md §1 (ROW14), or a ledger its JSON schema; empty when all hold.
 * For lakes whose tables have all their commits still.
 */
export async function ledgerProblems(lake: string, catalogue: Catalogue): Promise<string[]> {
  const problems: string[] = [];
  const entries = await readLandingLedger(lake);
  for (const entry of entries) {
    const problem = validateLedgerEntry(entry);
    if (problem !== undefined) problems.push(`entry ${entry.sequence} ${problem}`);
  }
  const landed = landedRecords(entries);
  for (const { name } of catalogue.tables) {
    const ledgers = new Map<LakeStageName, CommitLedger[]>();
    for (const stage of stages) {
      const commits = await readCommitLedgers(lake, stage, name);
      ledgers.set(stage, commits);
      const rows = await readTable(lake, stage, name);
      problems.push(...stageProblems(commits, rows?.length).map((problem) => `${name}/${stage}: ${problem}`));
    }
    problems.push(...flowProblems(ledgers, landed).map((problem) => `${name}: ${problem}`));
  }
  return problems;
}

function stageProblems(commits: readonly CommitLedger[], present: number | undefined): string[] {
  const problems: string[] = [];
  let total = 0;
  for (const ledger of commits) {
    const { rows, batch } = ledger;
    const invalid = validateCommitLedger(ledger);
    if (invalid !== undefined) problems.push(`batch ${batch} ${invalid}`);
    const explained = rows.written + rows.duplicates + sum(Object.values(rows.rejected)) + rows.applied;
    if (rows.in !== explained) problems.push(`batch ${batch}: in ${rows.in}, explained ${explained}`);
    const expected = total + rows.written - rows.superseded - rows.removed;
    if (rows.total !== expected) problems.push(`batch ${batch}: total ${rows.total}, expected ${expected}`);
    total = rows.total;
  }
  if (present !== undefined && present !== total) problems.push(`${present} rows, the ledger says ${total}`);
  return problems;
}

function flowProblems(
  ledgers: ReadonlyMap<LakeStageName, readonly CommitLedger[]>,
  landed: ReadonlyMap<number, number>,
): string[] {
  const problems: string[] = [];
  const of = (stage: LakeStageName): readonly CommitLedger[] => ledgers.get(stage) ?? [];
  for (const { batch, rows, kind } of of('Ingested')) {
    const records = landed.get(batch);
    if (records !== undefined && records !== rows.in) problems.push(`batch ${batch}: ${records} landed, in ${rows.in}`);
    const corrected = of('Ingested_Corrected').find((ledger) => ledger.batch === batch);
    const offered = kind === 'delete' ? rows.applied : rows.written;
    if (corrected?.rows.in !== offered)
      problems.push(`batch ${batch}: ${offered} ingested, corrected in ${corrected?.rows.in}`);
  }
  const corrected = of('Ingested_Corrected').at(-1);
  const general = of('general').at(-1);
  if (corrected?.rows.total !== (general === undefined ? undefined : general.rows.total - general.rows.kept))
    problems.push(`corrected ${corrected?.rows.total}, general ${general?.rows.total} with ${general?.rows.kept} kept`);
  return problems;
}

/** Records per written batch, as the landing ledger's `processed` events tell them. */
function landedRecords(entries: readonly LedgerEntry[]): Map<number, number> {
  const outcomes = entries
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.event === 'processed' ? event.tables : []));
  return new Map(outcomes.filter(({ outcome }) => outcome === 'written').map(({ batch, landed }) => [batch, landed]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
