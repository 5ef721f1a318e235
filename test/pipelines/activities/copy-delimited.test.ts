import { useTemporaryFolders } from '../../support/temporary-folder';
import { activity, type Json } from '../workspace';
import { contents, dataSet, lakeDataSet, lakeWorkspace } from './lake-workspace';

const newFolder = useTemporaryFolders();

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
  const quoted = { Quoted: lakeDataSet('DelimitedText', { escapeChar: '"', firstRowAsHeader: true }) };

  test('into another layout, with the columns that are asked for', async () => {
    const translator = {
      type: 'TabularTranslator',
      mappings: [
        { source: { name: 'Note' }, sink: { name: 'Remark' } },
        { source: { ordinal: 2 }, sink: { name: 'Who' } },
      ],
    };
    const { workspace, lake } = lakeWorkspace(
      await newFolder(),
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

  test('without the lines that are skipped, and with everything quoted', async () => {
    const copied = activity(
      'Copy',
      'Copy',
      {
        source: { type: 'DelimitedTextSource', formatSettings: { skipLineCount: 2 } },
        sink: { type: 'DelimitedTextSink', formatSettings: { quoteAllText: true, fileExtension: '.txt' } },
      },
      { inputs: [dataSet('Quoted', 'csv', 'a.csv')], outputs: [dataSet('Quoted', 'out', 'b.csv')] },
    );
    const { workspace, lake } = lakeWorkspace(await newFolder(), [copied], {}, quoted);
    await lake.write('oea/csv/a.csv', 'exported today\n\nby nobody\nA,B\n1,\n');
    expect((await workspace.run('main')).message).toBe('');
    expect(await contents(lake, 'oea/out')).toEqual({ 'oea/out/b.csv': '"A","B"\n"1",\n' });
  });

  test('of several files, each below the sink or all in one', async () => {
    const { workspace, lake } = lakeWorkspace(
      await newFolder(),
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
    const { workspace, lake } = lakeWorkspace(
      await newFolder(),
      [
        delimited(dataSet('Quoted', 'csv'), dataSet('Quoted', 'out'), { translator }),
        { ...delimited(dataSet('Latin', 'csv'), dataSet('Quoted', 'out')), name: 'Latin' },
      ],
      {},
      { ...quoted, Latin: lakeDataSet('DelimitedText', { encodingName: 'ISO-8859-1' }) },
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
