import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { smallRow, smallRows, writeDrop, type SmallTables } from '../support/small-drop';
import { readCommitLedgers, readTable, runEngine, smallSalt } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';
import { changedCatalogue, withColumn, withLine } from '../engine/changed-catalogue';

const temporaryFolder = useTemporaryFolders();
const names = ['Person', 'Organization', 'SourceSystem'];
const catalogue = changedCatalogue(names);
const day = (n: number): string => `2022-01-2${n}T06-16-22`;
const digest = (value: string, salt = smallSalt): string =>
  createHash('sha256').update(`${value}${salt}`).digest('hex');

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

async function bytesBelow(folder: string): Promise<Record<string, string>> {
  const files = await filesBelow(folder);
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await fs.readFile(file)).toString('latin1')] as const)),
  );
}

const refinedFolder = (lake: string): string => path.join(lake, 'oea/dev/stage2/Refined');

/** A lake of two days: on the second, Organization-6 and Person-6 are gone. */
async function twoDays(): Promise<{ drop: string; lake: string }> {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const later: SmallTables = { Organization: smallRows('Organization', 5), Person: smallRows('Person', 5) };
  await writeDrop(drop, { roster: { [day(1)]: {}, [day(2)]: later } }, catalogue);
  expect((await runEngine({ drop, lake, catalogue })).outcome).toBe('succeeded');
  return { drop, lake };
}

test('a new column at the end: old rows are null there, schemas are extended, no data is rewritten', async () => {
  const { drop, lake } = await twoDays();
  const before = (await filesBelow(lake)).filter((file) => file.endsWith('.parquet'));
  const extended = changedCatalogue(names, {
    metadata: withColumn('Person', ',Nickname,string,mask'),
    tables: ({ tables }) => {
      tables['Person']!.columns['Nickname'] = { description: 'What friends say.', optional: true };
    },
  });
  const report = await runEngine({ lake, catalogue: extended });
  expect(report.messages).toEqual([]);
  expect((await filesBelow(lake)).filter((file) => file.endsWith('.parquet'))).toEqual(before);
  for (const stage of ['Ingested_Corrected', 'general', 'sensitive'] as const) {
    const ledgers = await readCommitLedgers(lake, stage, 'Person');
    expect(ledgers.map(({ kind }) => kind)).toEqual(['snapshot', 'snapshot', 'catalogue']);
    expect(ledgers.at(-1)?.rows).toMatchObject({ in: 0, written: 0, total: 5 });
  }
  await writeDrop(
    drop,
    {
      roster: {
        [day(3)]: { Person: [...smallRows('Person', 5), smallRow('Person', 7)].map((row, n) => [...row, `Nick ${n}`]) },
      },
    },
    catalogue,
  );
  expect((await runEngine({ drop, lake, catalogue: extended })).outcome).toBe('succeeded');
  const rows = (await readTable(lake, 'Ingested_Corrected', 'Person', ['Id', 'Nickname'])) ?? [];
  expect(rows.at(-1)).toEqual({ Id: 'Person-7', Nickname: 'Nick 5' });
  expect(await fs.readFile(path.join(lake, 'oea/dev/stage2/Ingested/M365/v1.14/metadata.csv'), 'utf8')).toBe(
    extended.metadataText,
  );
});

test('a changed treatment is refused and changes nothing; a rebuild leaves no old pseudonym in any file of Refined', async () => {
  const { lake } = await twoDays();
  const changed = changedCatalogue(names, {
    metadata: withLine('Person', 'Id', ([entity = '', name = '', type = '']) => [entity, name, type, 'hmac']),
  });
  const before = await bytesBelow(lake);
  expect(await thrownBy(() => runEngine({ lake, catalogue: changed }))).toEqual({
    code: 'CATALOGUE_CHANGED',
    message: 'Refined was made otherwise: Person.Id was hash and is hmac.',
    place: {},
  });
  expect(await bytesBelow(lake)).toEqual(before);

  const old = (await readTable(lake, 'general', 'Person'))?.map((row) => row['Id_pseudonym'] ?? '') ?? [];
  expect(old).toContain(digest('Person-1'));
  expect((await runEngine({ lake, catalogue: changed, rebuild: true })).outcome).toBe('succeeded');
  const rebuilt = (await readTable(lake, 'general', 'Person'))?.map((row) => row['Id_pseudonym']) ?? [];
  expect(rebuilt).toHaveLength(5);
  // Values are compressed in parquet, so a byte search alone would not do: no former data file is left either.
  const present = await filesBelow(refinedFolder(lake));
  expect(present.filter((file) => file.endsWith('.parquet') && file in before)).toEqual([]);
  const everything = Object.values(await bytesBelow(refinedFolder(lake))).join('\n');
  for (const pseudonym of [...old, digest('Person-6')]) {
    expect(everything).not.toContain(pseudonym);
    expect(rebuilt).not.toContain(pseudonym);
  }
  expect(await readTable(lake, 'sensitive', 'Person', ['Id', 'Id_pseudonym'])).toEqual(
    rebuilt.map(() => ({
      Id: expect.stringMatching(/^Person-\d$/) as string,
      Id_pseudonym: expect.any(String) as string,
    })),
  );
  // Once accepted, the change is the state of the lake.
  expect((await runEngine({ lake, catalogue: changed })).outcome).toBe('nothing to do');
});

test('ROW15: rows of a structure table that left before stay when Refined is made anew, also with a column more', async () => {
  const { lake } = await twoDays();
  const columns = ['Id', 'IsCurrent', 'GoneSince'];
  const before = await readTable(lake, 'general', 'Organization', columns);
  expect(before).toContainEqual({ Id: 'Organization-6', IsCurrent: 'false', GoneSince: '2022-01-22 06:16:22+00' });
  const changed = changedCatalogue(names, {
    metadata: (lines) =>
      withColumn(
        'Organization',
        ',Motto,string,mask',
      )(withLine('Organization', 'Name', (cells) => cells.with(3, 'mask'))(lines)),
    tables: ({ tables }) => {
      tables['Organization']!.columns['Motto'] = { description: 'What is over the door.' };
      delete tables['Organization']!.columns['ParentOrganizationId']!['optional'];
    },
  });
  expect((await runEngine({ lake, catalogue: changed, rebuild: true })).outcome).toBe('succeeded');
  expect(await readTable(lake, 'general', 'Organization', columns)).toEqual(before);
  expect((await readTable(lake, 'general', 'Organization', ['Name', 'Motto']))?.[0]).toEqual({ Name: '*', Motto: '*' });
  const ledgers = await readCommitLedgers(lake, 'Ingested_Corrected', 'Organization');
  expect(ledgers.at(-1)?.kind).toBe('catalogue');
});

test('PRIV4: a changed salt is refused; a rebuild with it leaves no pseudonym of the old one', async () => {
  const { lake } = await twoDays();
  const salt = 'another salt, which is long enough too';
  expect((await thrownBy(() => runEngine({ lake, catalogue, salt }))).code).toBe('SALT_CHANGED');
  expect((await runEngine({ lake, catalogue, salt, rebuild: true })).outcome).toBe('succeeded');
  const rows = await readTable(lake, 'general', 'Person', ['Id_pseudonym']);
  expect(rows?.map((row) => row['Id_pseudonym']).sort()).toEqual(
    [1, 2, 3, 4, 5].map((n) => digest(`Person-${n}`, salt)).sort(),
  );
  const everything = Object.values(await bytesBelow(refinedFolder(lake))).join('\n');
  for (const n of [1, 2, 3, 4, 5, 6]) expect(everything).not.toContain(digest(`Person-${n}`));
});

test('another type or order is refused even with a rebuild, and nothing is written', async () => {
  const { lake } = await twoDays();
  const before = await bytesBelow(lake);
  const retyped = changedCatalogue(names, {
    metadata: withLine('Organization', 'Identifier', (cells) => cells.with(2, 'long')),
  });
  expect(await thrownBy(() => runEngine({ lake, catalogue: retyped, rebuild: true }))).toEqual({
    code: 'REBUILD_IMPOSSIBLE',
    message: 'The catalogue has changed: Organization.Identifier was string and is long.',
    place: {},
  });
  expect(await bytesBelow(lake)).toEqual(before);
});

test('the profile changes only with a rebuild, and v0.2 keeps no history', async () => {
  const { lake } = await twoDays();
  const upstream = changedCatalogue(names, { profile: 'v0.2' });
  const told = await thrownBy(() => runEngine({ lake, catalogue: upstream }));
  expect(told.code).toBe('CATALOGUE_CHANGED');
  expect(told.message).toMatch(/^Refined was made otherwise: the profile was strict and is v0\.2; /);
  expect((await runEngine({ lake, catalogue: upstream, rebuild: true })).outcome).toBe('succeeded');
  const rows = (await readTable(lake, 'general', 'Organization')) ?? [];
  expect(rows).toHaveLength(5);
  expect(Object.keys(rows[0] ?? {})).not.toContain('IsCurrent');
});

test('an unknown treatment or an unlisted table is refused before anything is written', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, { roster: { [day(1)]: {} } }, catalogue);
  const build = [
    () => changedCatalogue(names, { metadata: withLine('Person', 'Id', (cells) => cells.with(3, 'encrypt')) }),
    () => changedCatalogue(names, { metadata: (lines) => [...lines, 'Club,,,', ',Id,string,no-op'] }),
  ];
  for (const one of build)
    expect((await thrownBy(() => runEngine({ drop, lake, catalogue: one() }))).code).toBe('CATALOGUE_INVALID');
  expect(await fs.readdir(lake)).toEqual([]);
});
