import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { activity, expression, type Json } from '../workspace';
import { contents, dataSet, dropFiles, useDrop } from './lake-workspace';

const prepared = useDrop();

describe('GetMetadata', () => {
  const look = (name: string, where: Json, ...fieldList: string[]): Json =>
    activity(name, 'GetMetadata', { dataset: where, fieldList, storeSettings: { type: 'AzureBlobFSReadSettings' } });

  test('of a folder, a file, and what is not there', async () => {
    const { workspace, folder } = await prepared([
      look('Folder', dataSet('Binary', 'in'), 'childItems', 'exists', 'itemName', 'itemType', 'lastModified'),
      look('File', dataSet('Binary', 'in', 'readme.txt'), 'size', 'itemType', 'exists', 'lastModified', 'contentMD5'),
      look('Nothing', dataSet('Binary', 'none'), 'exists', 'childItems'),
      look('Missing', dataSet('Binary', 'none', 'x.csv'), 'size'),
      look('Columns', dataSet('Csv', 'in', 'readme.txt'), 'columnCount', 'structure'),
    ]);
    const time = new Date('2026-01-01T12:00:00Z');
    for (const path of Object.keys(dropFiles)) await utimes(join(folder, path), time, time);
    const run = await workspace.run('main');
    expect(['Folder', 'File', 'Nothing', 'Columns'].map((name) => workspace.output(run, name))).toEqual([
      {
        childItems: [
          { name: '2026-01-01', type: 'Folder' },
          { name: '2026-01-02', type: 'Folder' },
          { name: 'readme.txt', type: 'File' },
        ],
        exists: true,
        itemName: 'in',
        itemType: 'Folder',
        lastModified: '2026-01-01T12:00:00Z',
      },
      {
        size: 1,
        itemType: 'File',
        exists: true,
        lastModified: '2026-01-01T12:00:00Z',
        contentMD5: 'S0OwruNWJM2VuRAYmz3CMQ==',
      },
      { exists: false },
      { columnCount: 1, structure: [{ name: 'r', type: 'String' }] },
    ]);
    expect(workspace.error(run, 'Missing')).toEqual({
      code: '2011',
      message: "The required Blob is missing. Dataset: 'Binary'.",
    });
  });

  test.each<[string, Json]>([
    ["The field 'size' cannot be read of a folder of dataset 'Binary'.", look('Look', dataSet('Binary', 'in'), 'size')],
    [
      "The field 'childItems' cannot be read of a file of dataset 'Binary'.",
      look('Look', dataSet('Binary', 'in', 'readme.txt'), 'childItems'),
    ],
    [
      "The columns of dataset 'Binary' of type Binary cannot be read.",
      look('Look', dataSet('Binary', 'in', 'readme.txt'), 'structure'),
    ],
    ["The dataset 'Binary' names no place in the lake.", look('Look', dataSet('Binary', '', '', ''), 'exists')],
    ['The activity names no dataset.', activity('Look', 'GetMetadata', { fieldList: ['exists'] })],
    ["The dataset 'Table' is no file or folder of the data lake.", look('Look', { referenceName: 'Table' }, 'exists')],
  ])('refuses what cannot be read: %s', async (message, one) => {
    const { workspace } = await prepared([one]);
    expect(workspace.error(await workspace.run('main'), 'Look')?.message).toBe(message);
  });
});

describe('Delete', () => {
  const remove = (where: Json, storeSettings: Json): Json =>
    activity('Delete', 'Delete', { dataset: where, enableLogging: false, storeSettings });

  test.each<[string, Json, Json, string[], Json]>([
    [
      'a folder',
      dataSet('Binary', 'in/2026-01-02'),
      { recursive: true },
      ['2026-01-01/Person/a.csv', '2026-01-01/Section/b.csv', 'readme.txt'],
      { filesDeleted: 2, isWildcardUsed: false, relativePath: 'in/2026-01-02' },
    ],
    [
      'a file',
      dataSet('Binary', 'in', 'readme.txt'),
      {},
      ['2026-01-01/Person/a.csv', '2026-01-01/Section/b.csv', '2026-01-02/Person/a.csv', '2026-01-02/Person/note.txt'],
      { filesDeleted: 1, relativePath: 'in/readme.txt' },
    ],
    [
      'only the files of the folder itself',
      dataSet('Binary', 'in'),
      {},
      Object.keys(dropFiles)
        .map((path) => path.slice(7))
        .filter((path) => path !== 'readme.txt'),
      { filesDeleted: 1, recursive: false },
    ],
    [
      'what a wildcard in the data set means',
      dataSet('Binary', 'in', '*.txt'),
      { recursive: true },
      ['2026-01-01/Person/a.csv', '2026-01-01/Section/b.csv', '2026-01-02/Person/a.csv'],
      { filesDeleted: 2, isWildcardUsed: true, recursive: true },
    ],
    [
      'what a wildcard means',
      dataSet('Binary', 'in'),
      { wildcardFileName: '*.csv', recursive: true },
      ['2026-01-02/Person/note.txt', 'readme.txt'],
      { filesDeleted: 3, isWildcardUsed: true },
    ],
    [
      'nothing that a wildcard does not mean',
      dataSet('Binary', 'in'),
      { wildcardFileName: '*.xml' },
      Object.keys(dropFiles).map((path) => path.slice(7)),
      { filesDeleted: 0 },
    ],
  ])('takes away %s', async (_title, where, settings, left, output) => {
    const { workspace, lake } = await prepared([remove(where, settings)]);
    const run = await workspace.run('main');
    expect([run.status, run.message]).toEqual(['Succeeded', '']);
    expect(Object.keys(await contents(lake)).map((path) => path.slice(7))).toEqual(left);
    expect(workspace.output(run, 'Delete')).toMatchObject({ datasetName: 'Binary', ...output });
  });

  test('below folders as pipelines of the first years ask for it', async () => {
    const one = activity('Delete', 'Delete', { dataset: dataSet('Binary', 'in/2026-01-01'), recursive: true });
    const { workspace } = await prepared([one]);
    expect(workspace.output(await workspace.run('main'), 'Delete')).toMatchObject({ filesDeleted: 2, recursive: true });
  });

  test('fails for what is not there', async () => {
    const { workspace } = await prepared([remove(dataSet('Binary', 'none'), {})]);
    expect(workspace.error(await workspace.run('main'), 'Delete')).toEqual({
      code: '3703',
      message: "The required Blob is missing. Dataset: 'Binary'.",
    });
  });
});

describe('Lookup in files', () => {
  const lookup = (name: string, where: Json, more: Json = {}): Json =>
    activity(name, 'Lookup', { source: { type: 'DelimitedTextSource' }, dataset: where, ...more });

  test('gives the first row, or all', async () => {
    const { workspace, lake } = await prepared([
      lookup('First', dataSet('Csv', 'csv', 'a.csv')),
      lookup('All', dataSet('Csv', 'csv', 'a.csv'), { firstRowOnly: false }),
      lookup('Plain', dataSet('Semicolons', 'csv', 'b.txt'), { firstRowOnly: expression('@false') }),
      lookup('Document', dataSet('Json', 'json', 'one.json')),
      lookup('Lines', dataSet('Json', 'json', 'many.json'), { firstRowOnly: false }),
      lookup('Empty', dataSet('Csv', 'csv', 'empty.csv')),
    ]);
    await lake.write('oea/csv/a.csv', 'Id,Name\n1,Ada\n2,\n');
    await lake.write('oea/csv/b.txt', "1;\\N\n'a;b';2\n");
    await lake.write('oea/csv/empty.csv', 'Id,Name\n');
    await lake.write('oea/json/one.json', '{"a": {"b": 1.5}}');
    await lake.write('oea/json/many.json', '{"a": 1}\n{"a": 2}\n');
    const run = await workspace.run('main');
    expect(run.message).toBe('');
    expect(['First', 'All', 'Plain', 'Document', 'Lines', 'Empty'].map((name) => workspace.output(run, name))).toEqual([
      { firstRow: { Id: '1', Name: 'Ada' } },
      {
        count: 2,
        value: [
          { Id: '1', Name: 'Ada' },
          { Id: '2', Name: null },
        ],
      },
      {
        count: 2,
        value: [
          { Prop_0: '1', Prop_1: null },
          { Prop_0: 'a;b', Prop_1: '2' },
        ],
      },
      { firstRow: { a: { b: 1.5 } } },
      { count: 2, value: [{ a: 1 }, { a: 2 }] },
      {},
    ]);
  });

  test('gives no more than 5,000 rows or 4 MB, and refuses what it cannot read', async () => {
    const { workspace, lake } = await prepared([
      lookup('Many', dataSet('Csv', 'csv', 'many.csv'), { firstRowOnly: false }),
      lookup('Large', dataSet('Json', 'csv', 'large.json'), { firstRowOnly: false }),
      lookup('Bytes', dataSet('Binary', 'csv', 'many.csv')),
      lookup('Broken', dataSet('Json', 'csv', 'many.csv')),
    ]);
    await lake.write('oea/csv/many.csv', `Id\n${'1\n'.repeat(6000)}`);
    await lake.write('oea/csv/large.json', JSON.stringify({ text: 'x'.repeat(4_200_000) }));
    const run = await workspace.run('main');
    expect(workspace.output(run, 'Many')).toMatchObject({ count: 5000 });
    expect(['Large', 'Bytes', 'Broken'].map((name) => workspace.error(run, name)?.message)).toEqual([
      "The result of 'Large' is larger than the 4 MB that the service gives.",
      'Rows of dataset type Binary cannot be read here.',
      "ErrorCode=JsonInvalidDataFormat, A file of dataset 'Json' is not JSON.",
    ]);
  });
});
