import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { wildcardPattern } from '../../../src/pipelines/data/select-files';
import { activity, type Json } from '../workspace';
import { contents, dataSet, dropFiles, lakeDataSet, useDrop } from './lake-workspace';

const prepared = useDrop();

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
    expect(await contents(lake, 'oea/in')).toEqual(dropFiles);
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
    for (const path of Object.keys(dropFiles)) await utimes(join(folder, path), day('2026-01-01'), day('2026-01-01'));
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
      'columns out of names of folders',
      copy({ enablePartitionDiscovery: true }, dataSet('Binary', 'in'), dataSet('Binary', 'out')),
      'NotImplemented',
      'The setting enablePartitionDiscovery of a copy cannot be followed here.',
    ],
    [
      'packed files',
      copy({}, dataSet('Packed', 'in'), dataSet('Binary', 'out')),
      'NotImplemented',
      'The setting compression of a copy cannot be followed here.',
    ],
    [
      'files of so many rows',
      activity(
        'Copy',
        'Copy',
        {
          source: { type: 'DelimitedTextSource' },
          sink: { type: 'DelimitedTextSink', formatSettings: { maxRowsPerFile: 10, fileNamePrefix: 'a' } },
        },
        { inputs: [dataSet('Csv', 'in')], outputs: [dataSet('Csv', 'out')] },
      ),
      'NotImplemented',
      'The setting maxRowsPerFile of a copy cannot be followed here.',
    ],
    [
      'more columns',
      activity(
        'Copy',
        'Copy',
        { source: { additionalColumns: [{ name: 'File', value: '$$FILEPATH' }] }, sink: {} },
        { inputs: [dataSet('Csv', 'in')], outputs: [dataSet('Csv', 'out')] },
      ),
      'NotImplemented',
      'The setting additionalColumns of a copy cannot be followed here.',
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
    const packed = { Packed: lakeDataSet('Binary', { compression: { type: 'ZipDeflate', level: 'Fastest' } }) };
    const { workspace } = await prepared([one], {}, packed);
    expect(workspace.error(await workspace.run('main'), 'Copy')).toEqual({ code, message });
  });

  test('wildcards mean nothing beyond a segment, and an escape takes their meaning', () => {
    const matches = (pattern: string, ...names: string[]) => names.filter(wildcardPattern(pattern));
    expect(matches('*.csv', 'a.csv', 'a.csv.gz', 'x/a.csv', 'acsv')).toEqual(['a.csv']);
    expect(matches('a?c^*[1]', 'abc*[1]', 'abcd[1]', 'abc*1')).toEqual(['abc*[1]']);
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
