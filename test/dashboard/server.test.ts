import { request } from 'node:http';
import { InsightsError } from '../../src/contract/errors';
import { serveDashboard, type DashboardServer } from '../../src/dashboard/server';
import { receivedFrom } from '../support/site-data';
import { thrownBy } from '../support/thrown';

let server: DashboardServer;

beforeEach(async () => {
  server = await serveDashboard(0);
});

afterEach(() => server.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, server.url), { headers, method }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString('utf8')));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('it listens on this machine only, with a policy that lets nothing else in', async () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const { status, headers, text } = await ask('/');
  expect([status, text.includes('{{')]).toEqual([200, false]);
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  expect(headers['cross-origin-resource-policy']).toBe('same-origin');
});

test('another site in the same browser gets nothing, under no name', async () => {
  const port = new URL(server.url).port;
  const statuses = await Promise.all([
    ask('/data/site.js', { 'sec-fetch-site': 'cross-site' }),
    ask('/data/site.js', { 'sec-fetch-site': 'same-site' }),
    ask('/data/site.js', { host: `evil.example:${port}` }),
    ask('/data/site.js', { 'sec-fetch-site': 'same-origin' }),
    ask('/data/site.js', { host: `localhost:${port}` }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 200, 200]);
});

test('nothing but its files is served, and nothing is taken', async () => {
  const answers = await Promise.all([
    ask('/../package.json'),
    ask('/data/school-1.js'),
    ask('/', {}, 'POST'),
    ask('/page.js'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 405, 200]);
});

test('while a lake is read, when it is empty and when it fails, the page is told why', async () => {
  const said = async (): Promise<string> => (await ask('/data/site.js?1')).text;
  const told = async (): Promise<unknown> => receivedFrom(await said());
  expect(await said()).toBe(
    `receiveInsights("site", JSON.parse('{"state":"loading","message":"Reading the lake"}'));\n`,
  );
  server.progress("Counting 'classes' \\ of\nschools");
  expect(await told()).toEqual({ state: 'loading', message: "Counting 'classes' \\ of\nschools" });
  server.failed(new InsightsError('DASHBOARD_EMPTY', 'Nothing.', { place: { path: 'a/b' }, nextStep: 'Do this.' }));
  expect(await told()).toEqual({
    state: 'empty',
    code: 'DASHBOARD_EMPTY',
    message: 'Nothing. (a/b)',
    nextStep: 'Do this.',
  });
  server.failed(new Error('row 7: Ada'));
  expect(await told()).toEqual({
    state: 'failed',
    message: 'Something unexpected happened while reading the lake.',
  });
});

test('a port that is taken is said', async () => {
  const port = Number(new URL(server.url).port);
  expect(await thrownBy(() => serveDashboard(port))).toMatchObject({
    code: 'DASHBOARD_PORT_TAKEN',
    message: `Port ${port} of this machine cannot be used.`,
  });
});
