import { FolderStore } from '../../src/lake/folder-store';
import { runCheck } from '../../src/verify/check';
import { spellings as spellingsCheck } from '../../src/verify/checks/spellings';
import { VerifyContext } from '../../src/verify/context';
import { useDuckDb } from '../support/duckdb-connection';
import { smallCatalogue, smallRow, writeDrop } from '../support/small-drop';
import { readTable, runEngine, smallPaths, smallSalt } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const connection = useDuckDb();
const catalogue = smallCatalogue(['AadUser', 'AadUserPersonMapping']);
const guid = (n: number): string => `A1B2C3D4-0000-4000-8000-00000000000${n}`;

/** The verification's word about spellings, for accounts and mappings with these ids. */
async function spellings(accounts: readonly string[], mapped: readonly string[]) {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const roster = {
    AadUser: accounts.map((ObjectId, n) => smallRow('AadUser', n + 1, { ObjectId })),
    AadUserPersonMapping: mapped.map((ObjectId, n) => smallRow('AadUserPersonMapping', n + 1, { ObjectId })),
  };
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': roster } }, catalogue);
  await runEngine({ drop, lake, catalogue });
  await connection().run(`LOAD icu; SET TimeZone = 'UTC'`);
  const store = new FolderStore(lake, { durable: false });
  const options = { store, paths: smallPaths, catalogue, connection: connection(), salt: smallSalt };
  const context = await VerifyContext.open(options);
  const check = await runCheck(spellingsCheck, context);
  await context.close();
  await store.close();
  return { lake, check };
}

test('ROW9: one spelling of each identifier says nothing', async () => {
  const { check } = await spellings([guid(1), guid(2)], [guid(1), guid(2), 'no GUID', 'NO GUID']);
  expect(check).toEqual({
    check: 'identifiers are spelled in one way',
    rules: ['ROW9'],
    status: 'passed',
    examined: 2,
    findings: [],
  });
});

test('ROW9: GUIDs with other case or dashes are a warning that names the domain, and stay as delivered', async () => {
  const others = [guid(1).toLowerCase(), guid(2).replaceAll('-', ''), guid(3)];
  const { check, lake } = await spellings([guid(1), guid(2), guid(3)], others);
  expect(check.status).toBe('warned');
  expect(check.findings).toEqual([
    {
      severity: 'warning',
      code: 'ROW9',
      message:
        '2 identifiers of the domain directoryUser are spelled in several ways (case or dashes): such rows do not join. ' +
        'Columns: AadUser.ObjectId, AadUserPersonMapping.ObjectId.',
      counts: { identifiers: 3, several: 2 },
    },
  ]);
  const stored = await readTable(lake, 'Ingested_Corrected', 'AadUserPersonMapping', ['ObjectId']);
  expect(stored?.map(({ ObjectId }) => ObjectId).sort()).toEqual([...others].sort());
});
