import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderStore } from '../../../src/lake/folder-store';
import { wildcardPattern } from '../../../src/pipelines/data/select-files';
import { useTemporaryFolders } from '../../support/temporary-folder';
import { activity, type Json } from '../workspace';
import { contents, dataSet, lakeWorkspace } from './lake-workspace';

const newFolder = useTemporaryFolders();

/** A drop: two roster folders, each with two tables, and a file beside them. */
const files: Readonly<Record<string, string>> = {
  'oea/in/2026-01-01/Person/a.csv': 'p1',
  'oea/in/2026-01-01/Section/b.csv': 's1',
  'oea/in/2026-01-02/Person/a.csv': 'p2',
  'oea/in/2026-01-02/Person/note.txt': 'n2',
  'oea/in/readme.txt': 'r',
};

async function fill(lake: FolderStore): Promise<void> {
  for (const [path, text] of Object.entries(files)) await lake.write(path, text);
}

async function prepared(
  activities: readonly Json[],
  more: Parameters<typeof lakeWorkspace>[2] = {},
  dataSets: Parameters<typeof lakeWorkspace>[3] = {},
) {
  const folder = await newFolder();
  const made = lakeWorkspace(folder, activities, more, dataSets);
  await fill(made.lake);
  return { folder, ...made };
}

const copy = (storeSettings: Json, source: Json, sink: Json, copyBehavior?: string): Json =>
  activity(
    'Copy',
    'Copy',
    {
      source: { type: 'BinarySource', storeSettings: { type: 'AzureBlobFSReadSettings', ...storeSettings } },
      sink: {
        type: 'BinarySink',
        storeSettings: { type: 'AzureBlobFSWriteSettings', ...(copyBehavior === undefined ? {} : { copyBehavior }) },
      },
    },
    { inputs: [source], outputs: [sink] },
  );

describe('Copy of bytes', () => {
  test.each<[string, Json, Json, Json, string | undefined, Record<string, string>]>([
    [
      'a folder with its hierarchy',
      { recursive: true },
      dataSet('Binary', 'in/2026-01-01'),
      dataSet('Binary', 'out'),
      undefined,
      { 'oea/out/Person/a.csv': 'p1', 'oea/out/Section/b.csv': 's1' },
    ],
    [
      'only the files of the folder itself',
      { recursive: false },
      dataSet('Binary', 'in'),
      dataSet('Binary', 'out'),
      'PreserveHierarchy',
      { 'oea/out/readme.txt': 'r' },
    ],
    [
      'one file under another name',
      {},
      dataSet('Binary', 'in', 'readme.txt'),
      dataSet('Binary', 'out', 'other.txt'),
      undefined,
      { 'oea/out/other.txt': 'r' },
    ],
    [
      'what a wildcard of names asks for, in every folder',
      { wildcardFileName: '*.txt' },
      dataSet('Binary', 'in'),
      dataSet('Binary', 'out'),
      undefined,
      { 'oea/out/2026-01-02/Person/note.txt': 'n2', 'oea/out/readme.txt': 'r' },
    ],
    [
      'what a wildcard of folders asks for, below the part that is fixed',
      { wildcardFolderPath: 'in/*/Person', wildcardFileName: '?.csv' },
      dataSet('Binary', 'ignored'),
      dataSet('Binary', 'out'),
      undefined,
      { 'oea/out/2026-01-01/Person/a.csv': 'p1', 'oea/out/2026-01-02/Person/a.csv': 'p2' },
    ],
    [
      'flattened, under names of its own',
      { wildcardFolderPath: 'in/2026-01-02', wildcardFileName: '*' },
      dataSet('Binary', ''),
      dataSet('Binary', 'out'),
      'FlattenHierarchy',
      { 'oea/out/data_id-3.csv': 'p2', 'oea/out/data_id-4.txt': 'n2' },
    ],
    [
      'merged into one',
      { wildcardFileName: '*.csv' },
      dataSet('Binary', 'in'),
      dataSet('Binary', 'out', 'all.csv'),
      'MergeFiles',
      { 'oea/out/all.csv': 'p1s1p2' },
    ],
    [
      'nothing where no file is meant',
      { wildcardFileName: '*.xml' },
      dataSet('Binary', 'in'),
      dataSet('Binary', 'out'),
      undefined,
      {},
    ],
  ])('takes %s', async (_title, settings, source, sink, behavior, expected) => {
    const { workspace, lake } = await prepared([copy(settings, source, sink, behavior)]);
    const run = await workspace.run('main');
    expect([run.status, run.message]).toEqual(['Succeeded', '']);
    expect(await contents(lake, 'oea/out')).toEqual(expected);
    expect(await contents(lake, 'oea/in')).toEqual(files);
    const bytes = Object.values(expected).join('').length;
    expect(workspace.output(run, 'Copy')).toEqual({
      dataRead: bytes,
      dataWritten: bytes,
      filesRead: behavior === 'MergeFiles' ? 3 : Object.keys(expected).length,
      filesWritten: Object.keys(expected).length,
      copyDuration: 0,
      errors: [],
      effectiveIntegrationRuntime: 'AutoResolveIntegrationRuntime',
      usedParallelCopies: 1,
    });
  });

  test('by the time of modification, start included, end not', async () => {
    const settings = { modifiedDatetimeStart: '2026-01-02T00:00:00Z', modifiedDatetimeEnd: '2026-01-03 00:00:00' };
    const { workspace, lake, folder } = await prepared([
      copy(settings, dataSet('Binary', 'in'), dataSet('Binary', 'out')),
    ]);
    const day = (date: string) => new Date(`${date}T00:00:00Z`);
    for (const path of Object.keys(files)) await utimes(join(folder, path), day('2026-01-01'), day('2026-01-01'));
    await utimes(join(folder, 'oea/in/readme.txt'), day('2026-01-02'), day('2026-01-02'));
    await utimes(join(folder, 'oea/in/2026-01-02/Person/a.csv'), day('2026-01-03'), day('2026-01-03'));
    expect((await workspace.run('main')).status).toBe('Succeeded');
    expect(Object.keys(await contents(lake, 'oea/out'))).toEqual(['oea/out/readme.txt']);
  });

  test('deletes what it has copied where it is asked to', async () => {
    const { workspace, lake } = await prepared([
      copy({ deleteFilesAfterCompletion: true }, dataSet('Binary', 'in/2026-01-01'), dataSet('Binary', 'out')),
    ]);
    await workspace.run('main');
    expect(Object.keys(await contents(lake))).toEqual([
      'oea/in/2026-01-02/Person/a.csv',
      'oea/in/2026-01-02/Person/note.txt',
      'oea/in/readme.txt',
      'oea/out/Person/a.csv',
      'oea/out/Section/b.csv',
    ]);
  });

  test.each<[string, Json, string, string]>([
    [
      'a folder that is not there',
      copy({}, dataSet('Binary', 'none'), dataSet('Binary', 'out')),
      '2200',
      "ErrorCode=UserErrorSourceBlobNotExist, The required Blob is missing. Dataset: 'Binary'.",
    ],
    [
      'a file that is not there',
      copy({}, dataSet('Binary', 'in', 'none.csv'), dataSet('Binary', 'out')),
      '2200',
      "ErrorCode=UserErrorSourceBlobNotExist, The required Blob is missing. Dataset: 'Binary'.",
    ],
    [
      'several files into one',
      copy({}, dataSet('Binary', 'in/2026-01-01'), dataSet('Binary', 'out', 'one.csv')),
      '2200',
      "The dataset 'Binary' names one file, but 2 files would be written to it.",
    ],
    [
      'bytes into rows',
      copy({}, dataSet('Binary', 'in'), dataSet('Csv', 'out')),
      '2200',
      "A Binary dataset can only be copied to a Binary dataset; 'Binary' is of type Binary and 'Csv' of type DelimitedText.",
    ],
    [
      'an unknown behaviour',
      copy({}, dataSet('Binary', 'in'), dataSet('Binary', 'out'), 'Shuffle'),
      'BadRequest',
      'The copyBehavior Shuffle is not one of the service.',
    ],
    [
      'no place to write to',
      copy({}, dataSet('Binary', 'in'), dataSet('Binary', '', '', '')),
      'BadRequest',
      "The dataset 'Binary' names no place in the lake.",
    ],
    [
      'no place to read from',
      copy({}, dataSet('Binary', '', '', ''), dataSet('Binary', 'out')),
      'BadRequest',
      'The location names no container of the data lake.',
    ],
    [
      'a list of files',
      copy({ fileListPath: 'oea/list.txt' }, dataSet('Binary', 'in'), dataSet('Binary', 'out')),
      'NotImplemented',
      'The setting fileListPath of file stores cannot be followed here.',
    ],
    [
      'rows of JSON',
      copy({}, dataSet('Json', 'in'), dataSet('Json', 'out')),
      'NotImplemented',
      'A copy from Json (AzureBlobFS) to Json (AzureBlobFS) cannot be made here.',
    ],
    [
      'no source',
      activity('Copy', 'Copy', { source: { type: 'BinarySource' } }, { inputs: [] }),
      'BadRequest',
      "The copy 'Copy' needs a source with one dataset.",
    ],
  ])('refuses %s', async (_title, one, code, message) => {
    const { workspace } = await prepared([one]);
    expect(workspace.error(await workspace.run('main'), 'Copy')).toEqual({ code, message });
  });

  test('wildcards mean nothing beyond a segment, and an escape takes their meaning', () => {
    const matches = (pattern: string, ...names: string[]) => names.filter(wildcardPattern(pattern));
    expect(matches('*.csv', 'a.csv', 'a.csv.gz', 'x/a.csv', 'acsv')).toEqual(['a.csv']);
    expect(matches('a?c^*[1]', 'abc*[1]', 'abcd[1]', 'abc*1')).toEqual(['abc*[1]']);
  });
});

describe('Copy of delimited text', () => {
  const rows = 'Id,Name,Note\n1,"Ada, Countess",\n2,"two\nlines","say ""hi"""\n';
  const delimited = (source: Json, sink: Json, more: Json = {}, sinkSettings: Json = {}): Json =>
    activity(
      'Copy',
      'Copy',
      {
        source: { type: 'DelimitedTextSource' },
        sink: { type: 'DelimitedTextSink', storeSettings: sinkSettings },
        ...more,
      },
      { inputs: [source], outputs: [sink] },
    );
  const quoted = { Quoted: { ...lakeDataSetOf('DelimitedText', { escapeChar: '"', firstRowAsHeader: true }) } };

  test('into another layout, with the columns that are asked for', async () => {
    const translator = {
      type: 'TabularTranslator',
      mappings: [
        { source: { name: 'Note' }, sink: { name: 'Remark' } },
        { source: { ordinal: 2 }, sink: { name: 'Who' } },
      ],
    };
    const { workspace, lake } = await prepared(
      [delimited(dataSet('Quoted', 'csv', 'a.csv'), dataSet('Semicolons', 'out', 'b.txt'), { translator })],
      {},
      quoted,
    );
    await lake.write('oea/csv/a.csv', rows);
    const run = await workspace.run('main');
    expect([run.status, run.message]).toEqual(['Succeeded', '']);
    expect(await contents(lake, 'oea/out')).toEqual({
      'oea/out/b.txt': '\\N;Ada, Countess\nsay "hi";\'two\nlines\'\n',
    });
    expect(workspace.output(run, 'Copy')).toMatchObject({ rowsRead: 2, rowsCopied: 2, filesRead: 1, filesWritten: 1 });
  });

  test('of several files, each below the sink or all in one', async () => {
    const { workspace, lake } = await prepared(
      [
        delimited(dataSet('Quoted', 'csv'), dataSet('Quoted', 'out')),
        {
          ...delimited(
            dataSet('Quoted', 'csv'),
            dataSet('Quoted', 'one', 'all.csv'),
            {},
            { copyBehavior: 'MergeFiles' },
          ),
          name: 'Merge',
        },
      ],
      {},
      quoted,
    );
    await lake.write('oea/csv/x/a.csv', 'A,B\r\n1,\r\n');
    await lake.write('oea/csv/b.csv', '\uFEFFA,B\n"",2\n\n');
    expect((await workspace.run('main')).message).toBe('');
    expect(await contents(lake, 'oea/out')).toEqual({ 'oea/out/b.csv': 'A,B\n"",2\n', 'oea/out/x/a.csv': 'A,B\n1,\n' });
    expect(await contents(lake, 'oea/one')).toEqual({ 'oea/one/all.csv': 'A,B\n"",2\n1,\n' });
  });

  test('refuses a column that is not there, and other encodings', async () => {
    const translator = { mappings: [{ source: { name: 'Age' } }] };
    const { workspace, lake } = await prepared(
      [
        delimited(dataSet('Quoted', 'csv'), dataSet('Quoted', 'out'), { translator }),
        { ...delimited(dataSet('Latin', 'csv'), dataSet('Quoted', 'out')), name: 'Latin' },
      ],
      {},
      { ...quoted, Latin: lakeDataSetOf('DelimitedText', { encodingName: 'ISO-8859-1' }) },
    );
    await lake.write('oea/csv/a.csv', rows);
    const run = await workspace.run('main');
    expect(workspace.error(run, 'Copy')?.message).toBe(
      "ErrorCode=MappingColumnNameNotFoundInSourceFile, The source has no column 'Age'.",
    );
    expect(workspace.error(run, 'Latin')?.message).toBe(
      'Delimited text can be read here as UTF-8 without compression only.',
    );
  });
});

describe('Copy from the web', () => {
  const fromWeb = (file: string): Json =>
    activity(
      'Copy',
      'Copy',
      {
        source: { type: 'BinarySource', storeSettings: { type: 'HttpReadSettings', requestMethod: 'GET' } },
        sink: { type: 'BinarySink' },
      },
      {
        inputs: [{ referenceName: 'Http', parameters: { url: 'http://localhost:8080/data/part1.csv' } }],
        outputs: [dataSet('Binary', 'out', file)],
      },
    );

  test.each([
    ['', 'part1.csv'],
    ['named.csv', 'named.csv'],
  ])('writes the answer to a file (%s)', async (file, written) => {
    const asked: unknown[] = [];
    const { workspace, lake } = await prepared([fromWeb(file)], {
      web: async ({ url, method, body }) => {
        asked.push({ url, method, body });
        return { status: 200, headers: {}, body: Buffer.from('a,b') };
      },
    });
    await workspace.run('main');
    expect(asked).toEqual([{ url: 'http://localhost:8080/data/part1.csv', method: 'GET', body: undefined }]);
    expect(await contents(lake, 'oea/out')).toEqual({ [`oea/out/${written}`]: 'a,b' });
  });

  test.each<
    [string, () => Promise<never> | Promise<{ status: number; headers: Record<string, string>; body: Buffer }>, string]
  >([
    [
      'an error',
      async () => ({ status: 404, headers: {}, body: Buffer.from('') }),
      'ErrorCode=HttpFileFailedToRead, Failed to read data from http server. Http status code 404.',
    ],
    ['no answer', async () => Promise.reject(new Error('No route.')), 'No route.'],
  ])('fails for %s', async (_title, web, message) => {
    const { workspace } = await prepared([fromWeb('')], { web });
    expect(workspace.error(await workspace.run('main'), 'Copy')).toEqual({ code: '2200', message });
  });
});

function lakeDataSetOf(type: string, more: Json): Json {
  return {
    type,
    linkedServiceName: { referenceName: 'LS_DataLake' },
    parameters: { container: { type: 'string' }, folder: { type: 'string' }, file: { type: 'string' } },
    typeProperties: {
      location: { fileSystem: '@dataset().container', folderPath: '@dataset().folder', fileName: '@dataset().file' },
      ...more,
    },
  };
}
