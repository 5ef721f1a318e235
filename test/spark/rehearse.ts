/**
 * Deploys the development environment to a local Azure, runs `0_main_insights` with its notebooks on local Spark, and makes the same lake on
 * the embedded engine. Both lakes are left in folders. A JSON document comes on standard input, one is the answer.
 *   rehearse  {set, spark, embedded}  test data, and the folders of the two lakes
 */
import * as path from 'node:path';
import { runChild } from '../../src/deployment/child-process';
import { processDrop } from '../../src/engine/process';
import { FolderStore } from '../../src/lake/folder-store';
import { setUpSpark } from '../../src/local-spark/set-up';
import { inParallel } from '../../src/operations/in-parallel';
import { OpenRehearsal } from '../../src/rehearsal/open-rehearsal';
import { withRehearsedLake, type RehearsedLake } from '../../src/rehearsal/rehearsed-lake';
import { verifyRehearsal } from '../../src/rehearsal/verify-rehearsal';
import { engineSettings } from '../../src/rehearsal/workspace-ports';

interface Request {
  readonly set: 'k12' | 'hed';
  readonly spark: string;
  readonly embedded: string;
}

const projectRoot = path.resolve(__dirname, '..', '..');
const variables = process.env;
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

async function rehearse({ set, spark: sparkLake, embedded }: Request): Promise<object> {
  const spark = await setUpSpark({ projectRoot, variables, run: runChild, progress });
  const folder = path.join(projectRoot, '.insights', 'spark-rehearsal');
  const opened = { projectRoot, folder, environment: 'dev', testData: set, spark, variables, progress };
  const rehearsal = await OpenRehearsal.open(opened);
  try {
    await rehearsal.provision();
    const { outcome, checks } = await verifyRehearsal(rehearsal, projectRoot);
    await withRehearsedLake(rehearsal, projectRoot, 'dev', async (lake) => {
      await copyLake(lake, sparkLake);
      await processHere(lake, rehearsal, set, embedded);
    });
    return {
      verification: { outcome, notPassed: checks.filter(({ status }) => status === 'failed' || status === 'skipped') },
      unknownOperations: rehearsal.azure.unknownOperations,
    };
  } finally {
    await rehearsal.stop();
  }
}

async function copyLake({ store, paths }: RehearsedLake, folder: string): Promise<void> {
  const copy = new FolderStore(folder, { durable: false });
  const files = (await Promise.all([store.list(`oea/${paths.workspace}`), store.list('oea/reports')])).flat();
  await inParallel(files, 8, async (file) => void (await copy.copyFrom(store, file.path, file.path)));
  await copy.close();
}

/** With the salt of the rehearsal, so that pseudonyms can be compared. */
async function processHere(
  { paths, catalogue, salt }: RehearsedLake,
  { environment }: OpenRehearsal,
  set: string,
  folder: string,
): Promise<void> {
  if (salt === undefined) throw new Error('The rehearsal has no salt.');
  const drop = new FolderStore(path.join(projectRoot, 'test_data', set), { durable: false });
  const store = new FolderStore(folder, { durable: false });
  const settings = engineSettings(environment);
  const { timeZone } = environment.lake;
  await processDrop({ drop: { store: drop, prefix: '' }, store, paths, catalogue, salt, settings, timeZone });
  await store.close();
  await drop.close();
}

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const answer = await rehearse(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Request);
  process.stdout.write(JSON.stringify(answer));
}

void main();
