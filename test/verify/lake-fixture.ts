import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { tableOf } from '../../src/catalogue/load';
import type { Catalogue, Table } from '../../src/catalogue/model';
import { deltaSchema, type DeltaColumn } from '../../src/catalogue/render/delta-schema';
import { duckdbType } from '../../src/catalogue/render/duckdb-cast';
import { historyColumns, keepsHistory } from '../../src/catalogue/refined-shape';
import { generalColumns, lookupColumns } from '../../src/catalogue/render/duckdb-treatment';
import type {
  BatchOutcome,
  CommitRows,
  LakeStageName,
  LandedEvent,
  LedgerEntry,
  LedgerEvent,
} from '../../src/contract/lake-format';
import { LakePaths, type LandedKind } from '../../src/contract/lake-paths';
import { FolderStore } from '../../src/lake/folder-store';
import { noRows, tablePath } from '../../src/engine/engine-context';
import { saltFingerprint } from '../../src/contract/salt';
import { fixtureRows, formerSections, type FixtureRow } from './fixture-rows';

/** A lake written by hand, without the engine: what verification is tested on, and what tests tamper with. */
export const fixtureSalt = 'salt of the fixture';
const former = '2024-01-01 00:00:00';
const current = '2024-02-01 00:00:00';
const activityDate = '2024-02-02 00:00:00';

type DeltaAction = Record<string, Record<string, unknown>>;

export class LakeFixture {
  readonly store: FolderStore;
  readonly paths = new LakePaths('dev', '1.14');

  constructor(
    readonly root: string,
    readonly connection: DuckDBConnection,
    readonly catalogue: Catalogue,
  ) {
    this.store = new FolderStore(root, { durable: false });
  }

  path(stage: LakeStageName, table: string): string {
    return tablePath(this.paths, table, stage);
  }

  /** Replaces the rows of a table's newest file by a query FROM rows; the log's size and count follow, its ledger does not. */
  async rewrite(stage: LakeStageName, table: string, query: string): Promise<void> {
    const folder = nodePath.join(this.root, this.path(stage, table));
    const name = (await fs.readdir(folder))
      .filter((entry) => entry.endsWith('.parquet'))
      .sort()
      .at(-1)!;
    const file = nodePath.join(folder, name);
    await this.connection.run(`CREATE OR REPLACE TEMP TABLE rows AS SELECT * FROM read_parquet('${file}')`);
    const count = await this.copyOut(query, file);
    const log = (await fs.readdir(nodePath.join(folder, '_delta_log'))).sort();
    await this.editCommit(stage, table, log.length - 1, async (actions) => {
      for (const { add } of actions) {
        if (add?.['path'] !== name) continue;
        add['size'] = (await fs.stat(file)).size;
        add['stats'] = JSON.stringify({ ...(JSON.parse(String(add['stats'])) as object), numRecords: count });
      }
      return actions;
    });
  }

  async editCommit(
    stage: LakeStageName,
    table: string,
    version: number,
    edit: (actions: DeltaAction[]) => DeltaAction[] | Promise<DeltaAction[]>,
  ): Promise<void> {
    const file = nodePath.join(
      this.root,
      this.path(stage, table),
      '_delta_log',
      `${String(version).padStart(20, '0')}.json`,
    );
    const lines = (await fs.readFile(file, 'utf8')).trimEnd().split('\n');
    const actions = await edit(lines.map((line) => JSON.parse(line) as DeltaAction));
    await fs.writeFile(file, actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
  }

  /** Changes the rows of the ledger in a commit. */
  async editLedger(stage: LakeStageName, table: string, version: number, rows: Partial<CommitRows>): Promise<void> {
    await this.editCommit(stage, table, version, (actions) => {
      for (const { commitInfo } of actions) {
        if (commitInfo === undefined) continue;
        const ledger = JSON.parse(String(commitInfo['userMetadata'])) as { rows: CommitRows };
        commitInfo['userMetadata'] = JSON.stringify({ ...ledger, rows: { ...ledger.rows, ...rows } });
      }
      return actions;
    });
  }

  async editEvents(edit: (events: LedgerEvent[]) => LedgerEvent[]): Promise<void> {
    const file = nodePath.join(this.root, this.paths.landingLedger, `${'0'.repeat(20)}.json`);
    const entry = JSON.parse(await fs.readFile(file, 'utf8')) as LedgerEntry;
    await fs.writeFile(file, JSON.stringify({ ...entry, events: edit([...entry.events]) }));
  }

  async writeFile(path: string, content: string): Promise<void> {
    await this.store.write(path, content);
  }

  /** Local file of the first data file of a table. */
  async dataFile(stage: LakeStageName, table: string): Promise<string> {
    const folder = nodePath.join(this.root, this.path(stage, table));
    return nodePath.join(
      folder,
      (await fs.readdir(folder))
        .filter((entry) => entry.endsWith('.parquet'))
        .sort()
        .at(-1)!,
    );
  }

  /** Writes the rows of a query to a parquet file and returns how many they are. */
  async copyOut(query: string, file: string): Promise<number> {
    await fs.mkdir(nodePath.dirname(file), { recursive: true });
    await this.connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet)`);
    const reader = await this.connection.runAndReadAll(`SELECT count(*) FROM read_parquet('${file}')`);
    return Number(reader.getRows()[0]?.[0] ?? 0);
  }
}

/** Builds the whole lake of fixture-rows.ts: ten tables, two roster folders, one activity file, one rejected row. */
export async function buildFixture(
  root: string,
  connection: DuckDBConnection,
  catalogue: Catalogue,
): Promise<LakeFixture> {
  const lake = new LakeFixture(root, connection, catalogue);
  await connection.run('SET VARIABLE salt = $salt', { salt: fixtureSalt });
  const events: LedgerEvent[] = [
    {
      event: 'catalogue',
      profile: catalogue.profile,
      fingerprint: catalogue.fingerprint,
      saltFingerprint: saltFingerprint(fixtureSalt),
      tables: {},
    },
  ];
  let batch = 0;
  const addUnit = async (
    unit: string,
    rundate: string,
    kind: LandedKind,
    tables: Readonly<Record<string, readonly FixtureRow[]>>,
  ) => {
    const outcomes: BatchOutcome[] = [];
    for (const [name, rows] of Object.entries(tables)) {
      batch += 1;
      const landed = await landTable(lake, name, rows, { unit, rundate, kind, batch });
      events.push(landed);
      outcomes.push(await writeTable(lake, tableOf(catalogue, name), rows, landed));
    }
    events.push({ event: 'processed', unit, rundate, tables: outcomes });
  };
  const { activity = [], ...roster } = fixtureRows;
  await addUnit('roster/2024-01-01T00-00-00', former, 'snapshot', { Section: formerSections });
  await addUnit('roster/2024-02-01T00-00-00', current, 'snapshot', roster);
  await addUnit('activity/2024-02-02/usage.csv', activityDate, 'additive', { activity });
  const entry: LedgerEntry = {
    format: 1,
    sequence: 0,
    at: '2024-02-03T00:00:00Z',
    runId: 'fixture',
    engine: 'fixture',
    events,
  };
  await lake.writeFile(`${lake.paths.landingLedger}/${'0'.repeat(20)}.json`, JSON.stringify(entry));
  await lake.writeFile(lake.paths.metadata, 'Entity Name\n');
  return lake;
}

type Batch = Pick<LandedEvent, 'unit' | 'rundate' | 'kind' | 'batch'>;

async function landTable(
  lake: LakeFixture,
  table: string,
  rows: readonly FixtureRow[],
  batch: Batch,
): Promise<LandedEvent> {
  const bytes = rows.map((row) => `${Object.values(row).join(',')}\n`).join('');
  const landed = `${lake.paths.landedBatch(table, batch.kind, batch.rundate)}/${table.toLowerCase()}.csv`;
  await lake.writeFile(landed, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = {
    delivered: `${batch.unit}/${table}.csv`,
    landed,
    bytes: bytes.length,
    sha256,
    modified: '2024-02-03T00:00:00Z',
  };
  return {
    event: 'landed',
    ...batch,
    table,
    files: [file],
    contentHash: createHash('sha256').update(sha256).digest('hex'),
  };
}

async function writeTable(
  lake: LakeFixture,
  table: Table,
  rows: readonly FixtureRow[],
  batch: LandedEvent,
): Promise<BatchOutcome> {
  const isSecond = table.name === 'Section' && batch.rundate === current;
  const rejected = table.name === 'PersonOrganizationRole' ? { key_conflict: 1 } : {};
  const refused = table.name === 'PersonOrganizationRole' ? 1 : 0;
  const landed = rows.length + refused;
  const before = isSecond ? formerSections.length : 0;
  const kept = isSecond ? 1 : 0;
  const cells = table.columns.map(({ name }) => name);
  const values = [...rows, ...rows.slice(0, refused)].map(
    (row) => `(${cells.map((name) => text(row[name])).join(', ')})`,
  );
  const source = `(VALUES ${values.join(', ')}) AS raw(${cells.map((name) => `"${name}"`).join(', ')})`;
  const rundate = `TIMESTAMPTZ '${batch.rundate}+00'`;
  const typed = table.columns.map(({ name, type }) => `CAST("${name}" AS ${duckdbType(type)}) AS "${name}"`).join(', ');
  await lake.connection.run(
    `CREATE OR REPLACE TEMP TABLE corrected AS SELECT ${typed} FROM ${source} LIMIT ${rows.length}`,
  );
  const write = (stage: LakeStageName, columns: readonly DeltaColumn[], query: string, counts: Partial<CommitRows>) =>
    writeCommit(lake, table.name, stage, columns, query, batch, { ...noRows, ...counts }, isSecond ? 1 : 0);

  await write(
    'Ingested',
    [
      ...cells.map((_, index) => ({ name: `_c${index}`, type: 'string' as const })),
      { name: 'rundate', type: 'timestamp' },
      { name: '_batch', type: 'long' },
      { name: '_file', type: 'string' },
    ],
    `SELECT ${cells.map((name, index) => `CAST("${name}" AS VARCHAR) AS _c${index}`).join(', ')}, ${rundate} AS rundate,
       ${batch.batch}::BIGINT AS _batch, '${batch.files[0]?.landed}' AS _file FROM ${source}`,
    { in: landed, written: landed, superseded: before, total: landed },
  );
  await write(
    'Ingested_Corrected',
    table.columns.map(({ name, type }) => ({ name, type })),
    'SELECT * FROM corrected',
    {
      in: landed,
      written: rows.length,
      rejected,
      superseded: before,
      total: rows.length,
    },
  );
  await writeRefined(lake, table, batch, { rows: rows.length, before, kept }, write);
  if (refused > 0) {
    const columns: DeltaColumn[] = [
      ...['reason', 'column_name', 'file'].map((name) => ({ name, type: 'string' as const })),
      { name: 'line', type: 'long' },
      { name: 'line_count', type: 'long' },
      { name: 'cells', type: 'string[]' },
      { name: 'raw', type: 'binary' },
      { name: 'rundate', type: 'timestamp' },
      { name: '_batch', type: 'long' },
    ];
    const query = `SELECT 'key_conflict' AS reason, NULL::VARCHAR AS column_name, 'file' AS file, 25::BIGINT AS line,
      1::BIGINT AS line_count, ['cell'] AS cells, 'cell'::BLOB AS raw, ${rundate} AS rundate, ${batch.batch}::BIGINT AS _batch`;
    await write('Rejected', columns, query, { in: 1, written: 1, total: 1 });
  }
  return { table: table.name, batch: batch.batch, outcome: 'written', landed, rejected, duplicates: 0 };
}

async function writeRefined(
  lake: LakeFixture,
  table: Table,
  batch: LandedEvent,
  counts: { readonly rows: number; readonly before: number; readonly kept: number },
  write: (
    stage: LakeStageName,
    columns: readonly DeltaColumn[],
    query: string,
    counts: Partial<CommitRows>,
  ) => Promise<void>,
): Promise<void> {
  const hasHistory = keepsHistory(table, lake.catalogue);
  const lookup = lookupColumns(table, lake.catalogue);
  const total = counts.rows + counts.kept;
  const rows = {
    in: counts.rows,
    written: counts.rows,
    superseded: counts.before - counts.kept,
    kept: counts.kept,
    total,
  };
  for (const [stage, columns] of [
    ['general', generalColumns(table)],
    ['sensitive', lookup],
  ] as const) {
    if (columns.length === 0) continue;
    const history = stage === 'general' && hasHistory;
    const select = columns.map(({ name, sql }) => `${sql} AS "${name}"`).join(', ');
    const marks = history ? ', true AS "IsCurrent", NULL::TIMESTAMPTZ AS "GoneSince"' : '';
    let query = `SELECT ${select}${marks} FROM corrected`;
    if (counts.kept > 0) {
      const file = await lake.dataFile(stage, table.name);
      query = `${query} UNION ALL SELECT * REPLACE (false AS "IsCurrent", TIMESTAMPTZ '${batch.rundate}+00' AS "GoneSince")
        FROM read_parquet('${file}') WHERE "Id" = 'section-3'`;
    }
    const order = columns.find(({ name }) => table.key.some((key) => name === `${key}_pseudonym`))?.name;
    const ordered = table.aboutPersons ? `SELECT * FROM (${query}) ORDER BY "${order}"` : query;
    await write(stage, [...columns, ...(history ? historyColumns : [])], ordered, rows);
  }
}

async function writeCommit(
  lake: LakeFixture,
  table: string,
  stage: LakeStageName,
  columns: readonly DeltaColumn[],
  query: string,
  batch: LandedEvent,
  rows: CommitRows,
  version: number,
): Promise<void> {
  const path = lake.path(stage, table);
  const name = `part-${version}.parquet`;
  const file = nodePath.join(lake.root, path, name);
  const numRecords = await lake.copyOut(query, file);
  const statistics =
    stage === 'Rejected' ? { minValues: { _batch: batch.batch }, maxValues: { _batch: batch.batch } } : {};
  const ledger = {
    format: 1,
    engine: 'fixture',
    runId: 'fixture',
    table,
    stage,
    batch: batch.batch,
    rundate: batch.rundate,
    kind: batch.kind,
    rows,
    catalogue: lake.catalogue.fingerprint,
    profile: lake.catalogue.profile,
  };
  const actions = [
    { commitInfo: { timestamp: 1, operation: 'WRITE', userMetadata: JSON.stringify(ledger) } },
    ...(version > 0
      ? [{ remove: { path: 'part-0.parquet', deletionTimestamp: 1, dataChange: true } }]
      : [
          { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
          {
            metaData: {
              id: `${stage}-${table}`,
              format: { provider: 'parquet', options: {} },
              schemaString: deltaSchema(columns.map(({ name: column, type }) => ({ name: column, type }))),
              partitionColumns: [],
              configuration: {},
            },
          },
        ]),
    ...(stage === 'Rejected' ? [] : [{ txn: { appId: `${table}/${stage}`, version: batch.batch } }]),
    {
      add: {
        path: name,
        partitionValues: {},
        size: (await fs.stat(file)).size,
        modificationTime: 1,
        dataChange: true,
        stats: JSON.stringify({ numRecords, ...statistics }),
      },
    },
  ];
  await lake.writeFile(
    `${path}/_delta_log/${String(version).padStart(20, '0')}.json`,
    actions.map((action) => `${JSON.stringify(action)}\n`).join(''),
  );
}

function text(value: string | undefined): string {
  return value === undefined ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}
