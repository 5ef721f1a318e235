import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InsightsError } from '../../src/contract/errors';
import { checkDrop, formatDropCheck } from '../../src/test-data/check';
import { formatRows, parseRows, writeDropMap, type DropMap } from '../../src/test-data/drop-map';
import { applyScenario } from '../../src/test-data/scenarios';
import { GeneratedDrop } from '../test-data/generated';

let folder: string;
let base: DropMap;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'insights-check-'));
  base = (await GeneratedDrop.of({ set: 'hed', people: 60, days: 1 })).files;
  await writeDropMap(base, path.join(folder, 'base'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const roster = 'roster/2024-10-14T05-30-00';

test('a generated drop passes; nothing is written to it', async () => {
  const before = await listing(path.join(folder, 'base'));
  const check = await checkDrop(path.join(folder, 'base'));
  expect(check.errors).toBe(0);
  expect(check.units.map(({ unit, kind, tables }) => [unit, kind, tables.length])).toEqual([
    [roster, 'snapshot', 27],
    ['activity/2024-10-14/ApplicationUsage.csv', 'additive', 1],
  ]);
  expect(check.units[0]!.tables.flatMap(({ findings }) => findings)).toEqual([]);
  expect(await listing(path.join(folder, 'base'))).toEqual(before);
});

test('says per table what is wrong, how often and where first, and never what a cell holds', async () => {
  const person = `M365/${roster}/Person/person.csv`;
  const email = `M365/${roster}/PersonEmailAddress/personemailaddress.csv`;
  const rows = parseRows(base.get(email)!);
  const secret = 'Verysecret';
  rows[1]![4] = secret;
  rows[3]![0] = rows[2]![0]!;
  rows[4]![3] = '';
  rows.push([secret], rows[7]!);
  const drop = new Map(base)
    .set(
      person,
      formatRows([
        ...parseRows(base.get(person)!),
        ['Id', 'FirstSeenDateTime', 'LastSeenDateTime', '', '', '', '', '', ''],
      ]),
    )
    .set(email, formatRows(rows))
    .set(`M365/${roster}/Unheard/unheard.csv`, Buffer.from('1\n'))
    .set(`M365/${roster}/SourceSystem/readme.txt`, Buffer.from('text'));
  drop.delete(`M365/${roster}/Section/section.csv`);
  drop.delete(`M365/${roster}/RefTranslation/reftranslation.csv`);
  for (const name of [...drop.keys()]) if (name.startsWith('M365/activity')) drop.delete(name);
  await writeDropMap(drop, path.join(folder, 'defects'));
  const check = await checkDrop(path.join(folder, 'defects'));
  const emailFile = `${roster}/PersonEmailAddress/personemailaddress.csv`;
  expect({
    ...check,
    units: check.units.map(({ unit, findings, tables }) => ({
      unit,
      findings,
      tables: tables.filter((table) => ['Person', 'PersonEmailAddress'].includes(table.table)),
    })),
  }).toEqual({
    format: 1,
    report: 'drop check',
    outcome: 'failed',
    errors: 6,
    warnings: 4,
    findings: [
      {
        severity: 'warning',
        code: 'DROP_FILE_IGNORED',
        message: 'Only .csv files are landed.',
        file: `${roster}/SourceSystem/readme.txt`,
      },
      {
        severity: 'warning',
        code: 'DROP_FILE_IGNORED',
        message: 'The catalogue has no such table.',
        file: `${roster}/Unheard/unheard.csv`,
      },
    ],
    units: [
      {
        unit: roster,
        findings: [
          { severity: 'warning', code: 'ROW2', message: 'The optional table RefTranslation is missing.' },
          { severity: 'error', code: 'ROW2', message: 'The table Section is missing: the folder is not complete.' },
        ],
        tables: [
          {
            table: 'Person',
            files: 1,
            records: 61,
            findings: [
              {
                severity: 'error',
                code: 'header_row',
                message: '1 row with column names in place of values.',
                file: `${roster}/Person/person.csv`,
                count: 1,
                lines: [61],
              },
            ],
          },
          {
            table: 'PersonEmailAddress',
            files: 1,
            records: 62,
            findings: [
              {
                severity: 'error',
                code: 'width',
                message: '1 row of another width than the rest of the file.',
                file: emailFile,
                count: 1,
                lines: [61],
              },
              {
                severity: 'error',
                code: 'cast',
                message: '1 row with a value that is not of its column’s type (PriorityOrder).',
                file: emailFile,
                column: 'PriorityOrder',
                count: 1,
                lines: [2],
              },
              {
                severity: 'error',
                code: 'required_empty',
                message: '1 row with a required cell empty (PersonId).',
                file: emailFile,
                column: 'PersonId',
                count: 1,
                lines: [5],
              },
              {
                severity: 'error',
                code: 'key_conflict',
                message: '1 row with the key of another row and other content.',
                file: emailFile,
                count: 1,
                lines: [expect.any(Number)],
              },
              {
                severity: 'warning',
                code: 'duplicate',
                message: '1 row equal to another one, word for word.',
                file: emailFile,
                count: 1,
                lines: [8],
              },
            ],
          },
        ],
      },
    ],
  });
  const text = formatDropCheck(check);
  expect(text).not.toContain(secret);
  expect(text.split('\n').slice(-2)).toEqual(['failed: 6 errors, 4 warnings', '']);
  expect(text).toContain(
    `    error required_empty: 1 row with a required cell empty (PersonId). [${emailFile}; first in line 5]\n`,
  );
});

test('a folder without a drop is refused', async () => {
  await expect(checkDrop(path.join(folder, 'nowhere'))).rejects.toEqual(
    new InsightsError('DROP_NOT_FOUND', 'There is no M365 folder with files in the drop.', {
      place: { file: path.join(folder, 'nowhere') },
    }),
  );
});

test('a scenario is written as a whole drop, and never into another one', async () => {
  const [from, to] = [path.join(folder, 'base'), path.join(folder, 'scenario')];
  expect((await applyScenario('header-row', from, to)).name).toBe('header-row');
  expect(await listing(to)).toEqual(
    await listing(from, {
      [`${roster}/Person/person.csv`]: 123,
      [`${roster}/PersonDemographic/persondemographic.csv`]: 101,
    }),
  );
  await expect(applyScenario('crlf', from, to)).rejects.toEqual(
    new InsightsError('TEST_DATA_FOLDER_IN_USE', 'The folder already holds a drop.', { place: { path: to } }),
  );
  await expect(applyScenario('crlf', path.join(folder, 'nowhere'), to)).rejects.toEqual(
    new InsightsError('DROP_NOT_FOUND', 'There is no folder M365 with files.', {
      place: { path: path.join(folder, 'nowhere') },
    }),
  );
  await expect(applyScenario('flood', from, to)).rejects.toThrow(/^The scenarios are next-day, roster-delta, /);
});

const upstream = path.resolve(__dirname, '../../../shared/upstream/k12');
const present = existsSync(upstream);
(present ? test : test.skip)(
  `the published K-12 drop has its known defects${present ? '' : ' (skipped: ../shared/upstream is absent)'}`,
  async () => {
    const check = await checkDrop(upstream);
    const found = check.units.flatMap(({ tables }) =>
      tables.flatMap(({ table, findings }) =>
        findings.map(({ severity, code, count, message }) => [severity, table, code, count ?? message]),
      ),
    );
    expect(check.findings.map(({ code, file }) => [code, file])).toEqual([
      ['MANIFEST_NOT_USED', 'roster/2022-01-28T06-16-22/snapshot.roster.manifest.cdm.json'],
    ]);
    expect(found).toEqual([
      ['warning', 'AadUser', 'ROW8', 1],
      ['warning', 'Course', 'ROW8', 1],
      ['warning', 'Enrollment', 'ROW7', '1 values of RefSectionRoleId are not among the known ones.'],
      ['error', 'PersonDemographicEthnicity', 'key_conflict', 1],
      ['error', 'PersonDemographicPersonFlag', 'key_conflict', 1],
      ['error', 'PersonEmailAddress', 'key_conflict', 2],
      ['error', 'PersonPhoneNumber', 'key_conflict', 1],
      ['warning', 'PersonRelationship', 'ROW5', 'The file holds no row.'],
      ['warning', 'RefTranslation', 'ROW5', 'The file holds no row.'],
      ['warning', 'Section', 'ROW8', 1],
    ]);
    expect(check.units.flatMap(({ tables }) => tables).reduce((sum, { records }) => sum + records, 0)).toBe(34_756);
  },
);

/** Files with their sizes; `more` is added to some, by path below `M365/`. */
async function listing(root: string, more: Readonly<Record<string, number>> = {}): Promise<Record<string, number>> {
  const entries = await readdir(path.join(root, 'M365'), { recursive: true });
  const sizes: Record<string, number> = {};
  for (const entry of entries.sort()) {
    const found = await stat(path.join(root, 'M365', entry));
    if (found.isFile()) sizes[entry] = found.size + (more[entry] ?? 0);
  }
  return sizes;
}
