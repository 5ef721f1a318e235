import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openTable, type EngineContext } from '../engine/engine-context';
import { catalogueOrder, personCells, withoutErased } from '../engine/erased-records';
import type { LandingLedger } from '../engine/landing-ledger';
import type { LandedBatch } from '../engine/landing-state';
import type { IdentifierTest } from '../engine/tombstones';
import { personTables } from './person';

/** Records of a table that are, or were, the person's in landed files. */
export interface ErasedRecords {
  readonly table: string;
  readonly rows: number;
  readonly files: number;
}

/**
 * Erases a person's records from the landed files of stage 1, or counts them. The ledger says first what a file will be, then
 * its bytes are replaced: an erasure that was interrupted in between finds the same records, and the same hash, again.
 */
export async function eraseLanded(
  context: EngineContext,
  connection: DuckDBConnection,
  ledger: LandingLedger,
  test: IdentifierTest,
  isDryRun: boolean,
  now: () => Date,
): Promise<ErasedRecords[]> {
  const found: ErasedRecords[] = [];
  for (const table of personTables(context.catalogue)) {
    const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
    const settled = new Map((await corrected.ledgers()).map(({ batch, columns }) => [batch, columns]));
    let [rows, files] = [0, 0];
    for (const batch of batchesOf(ledger, table.name)) {
      const persons = personCells(table, [settled.get(batch.batch) ?? catalogueOrder(table)]);
      for (const { landed } of batch.files) {
        if ((await context.store.stat(landed)) === undefined) continue;
        const local = join(context.staging, randomUUID());
        const rest = await withoutErased(await context.store.localPath(landed), local, persons, test);
        if (rest === undefined) continue;
        rows += rest.rows;
        files += 1;
        if (isDryRun) {
          await fs.rm(local);
          continue;
        }
        const isTold = batch.erased?.get(landed)?.sha256 === rest.sha256;
        if (!isTold) await ledger.append([{ event: 'erased', files: [{ landed, ...rest }] }], now());
        await context.store.putFile(local, landed);
      }
    }
    if (rows > 0) found.push({ table: table.name, rows, files });
  }
  return found;
}

function batchesOf(ledger: LandingLedger, table: string): LandedBatch[] {
  return ledger.state.units.flatMap(({ batches }) => batches).filter((batch) => batch.table === table);
}
