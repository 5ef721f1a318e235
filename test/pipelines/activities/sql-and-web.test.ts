import type { SqlRequest, SqlResult, WebRequest } from '../../../src/pipelines/ports';
import { useTemporaryFolders } from '../../support/temporary-folder';
import { activity, after, expression, setVariable, type Json } from '../workspace';
import { lakeWorkspace } from './lake-workspace';

const newFolder = useTemporaryFolders();

/** Runs activities over an SQL port that remembers what it was asked. */
async function withSql(
  activities: readonly Json[],
  answer: (text: string) => SqlResult = () => ({ resultSets: [], recordsAffected: 0 }),
) {
  const asked: Omit<SqlRequest, 'signal'>[] = [];
  const { workspace } = lakeWorkspace(await newFolder(), activities, {
    sql: async ({ linkedService, database, text, parameters }) => {
      asked.push({ linkedService, database, text, parameters });
      return answer(text);
    },
  });
  return { workspace, asked, run: await workspace.run('main') };
}

const service = (dbName: string): Json => ({
  linkedServiceName: { referenceName: 'LS_Sql', type: 'LinkedServiceReference', parameters: { dbName } },
});

describe('SqlServerStoredProcedure', () => {
  const procedure = (storedProcedureName: string, storedProcedureParameters: Json, dbName = 'sdb_dev'): Json =>
    activity('Run', 'SqlServerStoredProcedure', { storedProcedureName, storedProcedureParameters }, service(dbName));

  test.each(['[sys].[sp_executesql]', '[dbo].[sp_executesql]', 'sp_executesql'])(
    '%s runs the text it is given',
    async (name) => {
      const { run, asked, workspace } = await withSql([
        procedure(
          name,
          { command: { value: expression("@concat('CREATE DATABASE ', 'x')"), type: 'String' } },
          'master',
        ),
      ]);
      expect(run.message).toBe('');
      expect(asked).toEqual([
        { linkedService: 'LS_Sql', database: 'master', text: 'CREATE DATABASE x', parameters: {} },
      ]);
      expect(workspace.activities(run)[0]?.linkedServiceName).toBe('LS_Sql');
    },
  );

  test('any other is called with its parameters', async () => {
    const { asked } = await withSql([
      procedure('[dbo].[Refresh]', {
        table: { value: '@pipeline().Pipeline', type: 'String' },
        days: { value: 7, type: 'Int' },
      }),
    ]);
    expect(asked).toEqual([
      {
        linkedService: 'LS_Sql',
        database: 'sdb_dev',
        text: 'EXEC [dbo].[Refresh] @table = @table, @days = @days',
        parameters: { table: 'main', days: 7 },
      },
    ]);
  });

  test('an error of the database fails the activity', async () => {
    const { workspace, run } = await withSql([procedure('sp_executesql', { stmt: { value: 'X' } })], () => {
      throw new Error('Login failed.');
    });
    expect(workspace.error(run, 'Run')).toEqual({
      code: '2402',
      message: 'Execution fail against sql server. Error Message: Login failed.',
    });
  });

  test.each<[Json, string]>([
    [{ linkedServiceName: { referenceName: 'LS_Other' } }, "The linked service 'LS_Other' was not found."],
    [{ linkedServiceName: { referenceName: 'LS_DataLake' } }, "The linked service 'LS_DataLake' is no SQL database."],
    [service(''), "The linked service 'LS_Sql' names no database."],
  ])('refuses %j', async (where, message) => {
    const one = { ...procedure('sp_executesql', { stmt: { value: 'X' } }), ...where };
    const { workspace, run } = await withSql([one]);
    expect(workspace.error(run, 'Run')?.message).toBe(message);
  });
});

test('Script runs its texts in turn, and gives the rows of queries', async () => {
  const scripts = [
    {
      type: 'NonQuery',
      text: 'DELETE FROM t WHERE id = @id',
      parameters: [{ name: 'id', value: '@add(1, 2)', type: 'Int32' }],
    },
    { type: 'Query', text: expression("@concat('SELECT ', '1 AS n')") },
  ];
  const { workspace, run, asked } = await withSql(
    [
      activity('Script', 'Script', { scripts }, service('sdb_dev')),
      setVariable('Keep', 'text', "@string(activity('Script').output.resultSets[0].rows[0].n)", after('Script')),
    ],
    (text) =>
      text.startsWith('SELECT')
        ? { resultSets: [[{ n: 1 }]], recordsAffected: 0 }
        : { resultSets: [], recordsAffected: 4 },
  );
  expect(asked.map(({ text, parameters }) => [text, parameters])).toEqual([
    ['DELETE FROM t WHERE id = @id', { id: 3 }],
    ['SELECT 1 AS n', {}],
  ]);
  expect(workspace.output(run, 'Script')).toEqual({
    resultSetCount: 1,
    recordsAffected: 4,
    resultSets: [{ rowCount: 1, rows: [{ n: 1 }] }],
    outputParameters: {},
    outputLogs: '',
  });
  expect(workspace.output(run, 'Keep')).toEqual({ name: 'text', value: '1' });
});

test.each<[Json, string]>([
  [{ scriptReference: { path: 'oea/a.sql' } }, "A script in a file of 'Script' cannot be used here."],
  [
    { scripts: [{ type: 'Query', text: 'EXEC x', parameters: [{ name: 'n', direction: 'InputOutput' }] }] },
    "An output parameter of 'Script' cannot be used here.",
  ],
])('Script refuses %j instead of leaving it out', async (properties, message) => {
  const { workspace, run, asked } = await withSql([activity('Script', 'Script', properties, service('sdb_dev'))]);
  expect(workspace.error(run, 'Script')).toEqual({ code: 'NotImplemented', message });
  expect(asked).toEqual([]);
});

test.each([0, 2])('Lookup refuses a query with %d result sets', async (count) => {
  const lookup = activity('Look', 'Lookup', {
    source: { type: 'AzureSqlSource', sqlReaderQuery: 'SELECT 1; SELECT 2' },
    dataset: { referenceName: 'Table', type: 'DatasetReference' },
  });
  const answer = { resultSets: Array.from({ length: count }, () => []), recordsAffected: 0 };
  const { workspace, run } = await withSql([lookup], () => answer);
  expect(workspace.error(run, 'Look')?.message).toBe(
    `The query of 'Look' gave ${count} result sets; a lookup takes exactly one.`,
  );
});

test('Lookup reads a table, or what a query gives', async () => {
  const lookup = (name: string, source: Json): Json =>
    activity(name, 'Lookup', {
      source,
      dataset: { referenceName: 'Table', type: 'DatasetReference' },
      firstRowOnly: false,
    });
  const { workspace, run, asked } = await withSql(
    [
      lookup('Table', { type: 'AzureSqlSource' }),
      lookup('Query', { type: 'AzureSqlSource', sqlReaderQuery: 'SELECT 1' }),
    ],
    () => ({ resultSets: [[{ Id: 1, Name: null }]], recordsAffected: 0 }),
  );
  expect(asked.map(({ database, text }) => [database, text])).toEqual([
    ['sdb_dev', 'SELECT * FROM [dbo].[AadUser]'],
    ['sdb_dev', 'SELECT 1'],
  ]);
  expect(workspace.output(run, 'Table')).toEqual({ count: 1, value: [{ Id: 1, Name: null }] });
});

describe('WebActivity', () => {
  const call = (more: Json = {}): Json =>
    activity('Call', 'WebActivity', { url: expression("@concat('http://localhost/', 'a')"), method: 'POST', ...more });

  test.each<[string, string, Json]>([
    ['an object', '{"a": {"b": 1}}', { a: { b: 1 } }],
    ['an array', '[1]', { Response: '[1]' }],
    ['text', 'fine', { Response: 'fine' }],
    ['nothing', '', { Response: '' }],
  ])('gives an answer that is %s', async (_title, body, expected) => {
    const asked: Omit<WebRequest, 'signal'>[] = [];
    const { workspace } = lakeWorkspace(
      await newFolder(),
      [call({ headers: { 'x-run': '@pipeline().RunId' }, body: { n: expression('@add(1, 1)') } })],
      {
        web: async ({ url, method, headers, body: sent }) => {
          asked.push({ url, method, headers, body: sent });
          return { status: 200, headers: { 'content-type': 'x' }, body: Buffer.from(body) };
        },
      },
    );
    const run = await workspace.run('main');
    expect(asked).toEqual([
      { url: 'http://localhost/a', method: 'POST', headers: { 'x-run': 'id-1' }, body: '{"n":2}' },
    ]);
    expect(workspace.output(run, 'Call')).toEqual({
      ...expected,
      ADFWebActivityResponseHeaders: { 'content-type': 'x' },
    });
  });

  /** Calls an address that gives these answers one after the other. */
  async function answered(
    more: Json,
    answers: readonly (readonly [number, Record<string, string>, string | Buffer])[],
  ) {
    const asked: string[] = [];
    let at = 0;
    const { workspace } = lakeWorkspace(await newFolder(), [call(more)], {
      web: async ({ url, method, headers }) => {
        asked.push(`${method} ${url} ${headers['Authorization'] ?? 'nobody'}`);
        const [status, answerHeaders, body] = answers[at++] ?? [500, {}, ''];
        return { status, headers: answerHeaders, body: Buffer.from(body) };
      },
    });
    return { workspace, asked, run: await workspace.run('main') };
  }

  const basic = {
    authentication: { type: 'Basic', username: 'me', password: { type: 'SecureString', value: 'hidden-7' } },
  };
  const signed = `Basic ${Buffer.from('me:hidden-7').toString('base64')}`;

  test('waits for an operation that goes on, and tells its secret to nobody else', async () => {
    const { workspace, asked, run } = await answered(basic, [
      [202, { location: '/operations/1', 'retry-after': '5' }, ''],
      [202, { location: 'http://127.0.0.1:8080/operations/1' }, ''],
      [200, {}, '{"done": true}'],
    ]);
    expect(asked).toEqual([
      `POST http://localhost/a ${signed}`,
      `GET http://localhost/operations/1 ${signed}`,
      'GET http://127.0.0.1:8080/operations/1 nobody',
    ]);
    expect([run.durationInMs, workspace.output(run, 'Call')]).toEqual([
      65_000,
      { done: true, ADFWebActivityResponseHeaders: {} },
    ]);
    expect(JSON.stringify(workspace.activities(run))).not.toContain('hidden-7');
  });

  test('does not wait where it is told not to, and where no place is named', async () => {
    const place: [number, Record<string, string>, string] = [202, { location: '/operations/1' }, '{"id": 1}'];
    const off = await answered({ turnOffAsync: true }, [place]);
    const nowhere = await answered({}, [[202, {}, '{"id": 1}']]);
    expect([off, nowhere].map(({ workspace, run }) => [run.durationInMs, workspace.output(run, 'Call')])).toEqual([
      [0, { id: 1, ADFWebActivityResponseHeaders: { location: '/operations/1' } }],
      [0, { id: 1, ADFWebActivityResponseHeaders: {} }],
    ]);
  });

  test.each<[Json, string]>([
    [
      { authentication: { type: 'MSI', resource: 'https://vault.azure.net' } },
      "The call of 'Call' cannot be made here: authentication of type MSI.",
    ],
    [
      { datasets: [{ referenceName: 'Binary', type: 'DatasetReference' }] },
      "The call of 'Call' cannot be made here: datasets passed to the endpoint.",
    ],
    [
      { linkedServices: [{ referenceName: 'LS_Sql', type: 'LinkedServiceReference' }] },
      "The call of 'Call' cannot be made here: linkedServices passed to the endpoint.",
    ],
  ])('refuses %j before anything is called', async (more, message) => {
    const { workspace, asked, run } = await answered(more, []);
    expect([asked, workspace.error(run, 'Call')]).toEqual([[], { code: 'NotImplemented', message }]);
  });

  test('refuses an answer of more than 4 MB', async () => {
    const { workspace, run } = await answered({ datasets: [] }, [[200, {}, Buffer.alloc(4 * 1024 * 1024 + 1)]]);
    expect(workspace.error(run, 'Call')?.message).toBe(
      "The answer of the endpoint 'http://localhost/a' is larger than the 4 MB that the service takes.",
    );
  });

  test('fails for an error, and for no answer', async () => {
    const answers = [
      async () => ({ status: 503, headers: {}, body: Buffer.from('secret') }),
      async () => Promise.reject(new Error('No answer.')),
    ];
    const messages: (string | undefined)[] = [];
    for (const web of answers) {
      const { workspace } = lakeWorkspace(await newFolder(), [call()], { web });
      messages.push(workspace.error(await workspace.run('main'), 'Call')?.message);
    }
    expect(messages).toEqual([
      "Error calling the endpoint 'http://localhost/a'. Response status code: '503'.",
      "Error calling the endpoint 'http://localhost/a'. No answer.",
    ]);
  });

  test.each([
    [{}, 60],
    [{ httpRequestTimeout: '00:02:30' }, 150],
  ])('with %j an address that does not answer is given up after %i seconds', async (more, seconds) => {
    const asked: WebRequest[] = [];
    const { workspace } = lakeWorkspace(await newFolder(), [call(more)], {
      web: (request) =>
        new Promise((_, reject) => {
          asked.push(request);
          request.signal.addEventListener('abort', () => reject(new Error('The address gave no answer.')));
        }),
    });
    const { clock } = workspace;
    const begun = clock.now();
    const running = workspace.run('main');
    while (asked.length === 0) await new Promise(setImmediate);
    await clock.advanceTo(begun + seconds * 1000 - 1);
    expect(asked[0]?.signal.aborted).toBe(false);
    await clock.advanceTo(begun + seconds * 1000);
    expect(workspace.error(await running, 'Call')).toEqual({
      code: '2108',
      message: `Error calling the endpoint 'http://localhost/a'. It took longer than ${seconds} seconds.`,
    });
  });

  test.each(['00:00:59', '00:10:01', 'soon'])('a httpRequestTimeout of %s is refused', async (httpRequestTimeout) => {
    const { workspace, asked, run } = await answered({ httpRequestTimeout }, []);
    expect([asked, workspace.error(run, 'Call')]).toEqual([
      [],
      { code: 'BadRequest', message: "The httpRequestTimeout of 'Call' is not a time from 00:01:00 to 00:10:00." },
    ]);
  });
});
