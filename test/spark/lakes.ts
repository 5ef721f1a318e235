/**
 * What the Python tests of this folder need of the project itself, from one process for all of them: each line of standard
 * input is `[command, document]`, and each is answered by a line `{"answer"}` or `{"error"}`.
 *   deployment  {lake, profile?, timeZone?, requiredTables?, driverBatchBytes?}  the source of the notebook Insights_catalogue
 *   scenarios   {out, people, days}                                 drops of every scenario, as small as they can be, and `base`
 *   process     [{drop, lake, profile?, requiredTables?, crashAt?}]  runs of the embedded engine; their reports
 *   control     {lake, confirm?, quarantine?, reason?}              releases or skips a batch
 *   erase       {lake, person}                                      erases a person; the report
 *   rekey       {lake, salt}                                        gives the lake this salt; the report
 *   verify      [{lake, salt?}]                                     verification reports
 * Each that reads a catalogue takes `keyed`: whatever is hashed has the treatment hmac then.
 */
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Catalogue, Profile } from '../../src/catalogue/model';
import { loadCatalogue } from '../../src/catalogue/load';
import { renderDeploymentCell } from '../../src/catalogue/render/spark-deployment';
import { LakePaths } from '../../src/contract/lake-paths';
import { erasureKeyName, saltName } from '../../src/contract/salt';
import { confirmRundate, quarantineRundate } from '../../src/engine/control';
import { openDatabase } from '../../src/engine/database';
import { defaultEngineSettings } from '../../src/engine/engine-context';
import { processDrop } from '../../src/engine/process';
import { FolderStore } from '../../src/lake/folder-store';
import { currentProcess } from '../../src/lake/process-identity';
import { MemoryWriter } from '../../src/test-data/drop-writer';
import { writeDropMap, type DropMap } from '../../src/test-data/drop-map';
import { generate } from '../../src/test-data/generate';
import { scenarios } from '../../src/test-data/scenarios';
import { verifyLake } from '../../src/verify/verify-lake';
import { eraseConfirmed } from '../support/erasure';
import { CrashError, FailingStore } from '../support/failing-store';
import { keyedCatalogue } from '../support/keyed-catalogue';
import { MemorySecrets } from '../support/memory-secrets';
import { rekeyed } from '../support/rekey';
import { reduced } from '../test-data/scenario-drops';

const paths = new LakePaths('dev', '1.14');
const salt = process.env['INSIGHTS_TEST_SALT'] ?? '';

interface CatalogueChoice {
  readonly profile?: Profile;
  readonly keyed?: boolean;
}

interface Run extends CatalogueChoice {
  readonly drop?: string;
  readonly lake: string;
  readonly requiredTables?: readonly string[];
  /** Kills the run at its n-th operation on the lake. */
  readonly crashAt?: number;
}

interface Deployment extends CatalogueChoice {
  readonly lake: string;
  readonly timeZone?: string;
  readonly requiredTables?: readonly string[];
  readonly driverBatchBytes?: number;
}

function catalogueOf({ profile = 'strict', keyed = false }: CatalogueChoice): Catalogue {
  const catalogue = loadCatalogue(profile);
  return keyed ? keyedCatalogue(catalogue) : catalogue;
}

function deployment(options: Deployment): string {
  const { timeZone = 'UTC', lake, requiredTables, driverBatchBytes } = options;
  return renderDeploymentCell(catalogueOf(options), {
    storageAccount: 'stoeatest',
    lakeUrl: `${pathToFileURL(lake).href}/{container}`,
    keyVault: 'kv-oea-test',
    timeZone,
    settleMinutes: 0,
    ...(requiredTables === undefined ? {} : { requiredTables }),
    columnOrder: 'catalogue',
    heldThreshold: 0.2,
    rejectThreshold: 0.05,
    vacuumRetentionHours: 168,
    ...(driverBatchBytes === undefined ? {} : { driverBatchBytes }),
  });
}

async function makeScenarios(options: { out: string; people: number; days: number }): Promise<object[]> {
  const writer = new MemoryWriter();
  await generate({ set: 'k12', people: options.people, days: options.days }, writer);
  const base: DropMap = writer.files;
  await writeDropMap(base, path.join(options.out, 'base'));
  const made: object[] = [];
  for (const { name, apply, expects } of scenarios) {
    const small = reduced(base, apply(base), name);
    const drops = expects.after === 'base' ? [small.before, small.after] : [small.after];
    const folders = drops.map((_, index) => path.join(options.out, name, String(index)));
    for (const [index, drop] of drops.entries()) await writeDropMap(drop, folders[index]!);
    made.push({ name, drops: folders, requiredTables: small.tables, status: expects.status });
  }
  return made;
}

async function run({ drop, lake, requiredTables, crashAt, ...choice }: Run): Promise<object> {
  const identity = currentProcess(`run ${crashAt ?? ''}`.trim().replaceAll(' ', ''));
  const inner = new FolderStore(lake, { durable: false, ...(crashAt === undefined ? {} : { identity }) });
  const store = crashAt === undefined ? inner : new FailingStore(inner, crashAt);
  const source = drop === undefined ? undefined : new FolderStore(drop, { durable: false });
  try {
    return await processDrop({
      ...(source === undefined ? {} : { drop: { store: source, prefix: '' } }),
      store,
      paths,
      catalogue: catalogueOf(choice),
      salt,
      // The vault of the tests has one secret, whatever it is asked for.
      erasureKey: async () => salt,
      settings: { ...defaultEngineSettings, ...(requiredTables === undefined ? {} : { requiredTables }) },
    });
  } catch (error) {
    if (error instanceof CrashError) return { outcome: 'crashed' };
    throw error;
  } finally {
    if (crashAt === undefined) await store.close();
    await source?.close();
  }
}

interface Kept extends CatalogueChoice {
  readonly lake: string;
  /** @default that of all lakes */
  readonly salt?: string;
}

async function verify({ lake, ...kept }: Kept): Promise<object> {
  const database = await openDatabase();
  const store = new FolderStore(lake, { durable: false });
  try {
    const connection = database.connections[0];
    return await verifyLake({ store, paths, catalogue: catalogueOf(kept), connection, salt: kept.salt ?? salt });
  } finally {
    await store.close();
    database.close();
  }
}

async function inOrder<T>(items: readonly T[], work: (item: T) => Promise<object>): Promise<object[]> {
  const results: object[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

async function control(options: { lake: string; confirm?: string; quarantine?: string; reason?: string }) {
  const store = new FolderStore(options.lake, { durable: false });
  try {
    if (options.confirm !== undefined) await confirmRundate({ store, paths, rundate: options.confirm });
    if (options.quarantine !== undefined)
      await quarantineRundate({ store, paths, rundate: options.quarantine, reason: options.reason ?? '' });
    return {};
  } finally {
    await store.close();
  }
}

async function erase({ lake, person, ...choice }: CatalogueChoice & { lake: string; person: string }): Promise<object> {
  const keeper = new MemorySecrets({ [erasureKeyName('dev')]: salt });
  return eraseConfirmed({ lake, salt, keeper, catalogue: catalogueOf(choice) }, person);
}

async function rekey({ lake, salt: next = '', ...choice }: Kept): Promise<object> {
  const keeper = new MemorySecrets({ [saltName('dev', 'strict')]: salt, [erasureKeyName('dev')]: salt });
  return rekeyed(lake, keeper, { salt: next, catalogue: catalogueOf(choice) });
}

const commands: Readonly<Record<string, (document: never) => unknown>> = {
  deployment,
  scenarios: makeScenarios,
  process: (runs: Run[]) => inOrder(runs, run),
  control,
  erase,
  rekey,
  verify: (lakes: Kept[]) => inOrder(lakes, verify),
};

async function main(): Promise<void> {
  for await (const line of createInterface(process.stdin)) {
    const [command, document] = JSON.parse(line) as [string, never];
    let said: object;
    try {
      said = { answer: await commands[command]!(document) };
    } catch (error) {
      said = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
}

void main();
