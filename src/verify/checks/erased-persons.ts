import type { Table } from '../../catalogue/model';
import { quoteName } from '../../catalogue/render/sql-text';
import type { PersonDomain } from '../../contract/erasure';
import { catalogueOrder, isErasedRecord, namesPersons, personCells } from '../../engine/erased-records';
import { Tombstones, type IdentifierTest } from '../../engine/tombstones';
import type { Check } from '../check';
import { hasField } from '../columns';
import type { LakeTable, VerifyContext } from '../context';
import type { StageTable } from '../stage-table';

/**
 * Nobody who was erased is named in a table (ERASE1, ERASE2), and no erasure was left half done. Landed files are not read:
 * the search of an erasure does that. Without the key of the tombstones nobody is recognised, and that is said.
 */
export const erasedPersons: Check = {
  name: 'erased persons stay erased',
  rules: ['ERASE1', 'ERASE2'],
  async run(context, report) {
    const tombstones = await Tombstones.read(context.store, context.paths);
    report.examine();
    if (tombstones.isUnfinished) {
      report.warning('An erasure was begun and has not come to its end: `insights erase --resume` completes it.');
    }
    const identifiers = tombstones.erased.size;
    if (identifiers === 0) return;
    const key = await context.options.erasureKey?.();
    if (key === undefined) {
      report.warning('Whether rows of erased persons are in the lake was not checked: the erasure key was not given.', {
        counts: { identifiers },
      });
      return;
    }
    const test = tombstones.test(key);
    for (const one of context.tables.filter(({ table }) => namesPersons(table))) {
      for (const { stage, hits, examined } of await erasedIn(one, context, test)) {
        report.examine(examined);
        if (hits === 0) continue;
        const message = `${stage} names persons who were erased: \`insights erase\` them again.`;
        report.error(message, { table: one.table.name, counts: { found: hits } });
      }
    }
  },
};

interface StageHits {
  readonly stage: string;
  readonly examined: number;
  readonly hits: number;
}

async function erasedIn(
  { table, stages }: LakeTable,
  context: VerifyContext,
  test: IdentifierTest,
): Promise<StageHits[]> {
  const [ingested, rejected] = [stages.get('Ingested'), stages.get('Rejected')];
  const found: StageHits[] = [];
  if (ingested !== undefined) {
    const cells = personCells(table, [catalogueOrder(table), ...settledOrders(stages.get('Ingested_Corrected'))]);
    const columns = cells.map(({ position, domain }) => ({ name: `_c${position}`, domain }));
    found.push(await erasedNames(ingested, columns, context, test));
  }
  for (const name of ['Ingested_Corrected', 'general', 'sensitive'] as const) {
    const stage = stages.get(name);
    const cells = personCells(table, [catalogueOrder(table)]);
    const columns = cells.map(({ position, domain }) => ({ name: catalogueOrder(table)[position] ?? '', domain }));
    if (stage !== undefined) found.push(await erasedNames(stage, columns, context, test));
  }
  if (rejected !== undefined) found.push(await erasedRecords(rejected, table, context, test));
  return found;
}

/** The orders in which columns came, batch by batch (ROW7). */
function settledOrders(corrected: StageTable | undefined): (readonly string[])[] {
  return (corrected?.commits ?? []).flatMap(({ ledger }) => (ledger?.columns === undefined ? [] : [ledger.columns]));
}

/** How many identifiers in these columns are of erased persons. */
async function erasedNames(
  stage: StageTable,
  columns: readonly { readonly name: string; readonly domain: PersonDomain }[],
  context: VerifyContext,
  test: IdentifierTest,
): Promise<StageHits> {
  let [examined, hits] = [0, 0];
  for (const { name, domain } of columns) {
    if (!hasField(stage, name)) continue;
    const column = quoteName(name);
    const rows = await context.query(
      `SELECT DISTINCT ${column}::VARCHAR AS value FROM ${stage.relation} WHERE ${column} IS NOT NULL`,
      'looking for erased persons',
      { table: stage.table },
    );
    examined += rows.length;
    hits += rows.filter(({ value }) => test(domain, String(value))).length;
  }
  return { stage: stage.stage, examined, hits };
}

/** How many rejected rows are about erased persons, judged as an erasure judges them. */
async function erasedRecords(
  rejected: StageTable,
  table: Table,
  context: VerifyContext,
  test: IdentifierTest,
): Promise<StageHits> {
  const persons = personCells(table, [catalogueOrder(table)]);
  const rows = await context.query(
    `SELECT to_json(cells)::VARCHAR AS cells, hex(raw) AS raw FROM ${rejected.relation}`,
    'looking for erased persons',
    { table: table.name },
  );
  const hits = rows.filter(({ cells, raw }) => {
    const record = cells === null ? undefined : (JSON.parse(String(cells)) as (string | null)[]);
    return isErasedRecord(record, Buffer.from(String(raw), 'hex'), persons, test);
  });
  return { stage: rejected.stage, examined: rows.length, hits: hits.length };
}
