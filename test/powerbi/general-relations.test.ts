import { loadCatalogue } from '../../src/catalogue/load';
import { errorCatalogue } from '../../src/contract/error-catalogue';
import { formatError, InsightsError } from '../../src/contract/errors';
import { FolderStore } from '../../src/lake/folder-store';
import { generalRelations } from '../../src/powerbi/general-relations';
import { factRelation, sourceTables } from '../../src/powerbi/measures/relations';
import { useDuckDb } from '../support/duckdb-connection';
import { smallCatalogue, writeDrop } from '../support/small-drop';
import { runEngine, smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const connection = useDuckDb();
const temporaryFolder = useTemporaryFolders();
const catalogue = loadCatalogue('strict');

async function relationsOf(folder: string) {
  const store = new FolderStore(folder, { durable: false });
  const lake = { store, paths: smallPaths, catalogue, connection: connection() };
  return generalRelations(sourceTables, lake).finally(() => store.close());
}

test('an empty lake has every relation, without rows', async () => {
  const relations = await relationsOf(await temporaryFolder());
  await connection().run(`LOAD icu; SET TimeZone = 'UTC'`);
  for (const fact of ['activity', 'Section', 'Enrollment'] as const) {
    const sql = `SELECT count(*)::INTEGER FROM (${factRelation(fact, relations, 'America/Chicago')})`;
    expect((await connection().runAndReadAll(sql)).getRowsJson()).toEqual([[0]]);
  }
});

test('a lake of the v0.2 profile is refused: its tables do not join', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, {
    roster: { '2022-01-28T06-16-22': {} },
    activity: { '2022-01-28/ApplicationUsage.csv': [{ StartTime: '2022-01-29T23:30:00Z' }] },
  });
  await runEngine({ drop, lake, catalogue: smallCatalogue(['activity', 'Person'], 'v0.2') });
  const error: unknown = await relationsOf(lake).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InsightsError);
  expect(formatError(error as InsightsError)).toBe(
    'REPORTS_NEED_STRICT: General lacks columns that reports need: SisClassId_pseudonym, ClassId_pseudonym, ChannelId_pseudonym, AssignmentId_pseudonym, SubmissionId_pseudonym, MeetingSessionId_pseudonym.\n' +
      `  where: table activity\n  next:  ${errorCatalogue.REPORTS_NEED_STRICT.nextStep}`,
  );
});
