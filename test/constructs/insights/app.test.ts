import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A copy of what synthesis reads, so that a test can spoil it. */
function projectCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'insights-app-'));
  for (const part of ['main.ts', 'tsconfig.json', 'package.json', 'constructs', 'environments', 'src/contract']) {
    cpSync(part, join(copy, part), { recursive: true });
  }
  return copy;
}

const start = ['--import', 'tsx', 'main.ts'];

describe('main.ts', () => {
  let outdir: string;
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), 'insights-out-'));
  });
  afterEach(() => rmSync(outdir, { recursive: true }));
  const environment = (settings: NodeJS.ProcessEnv = {}) => ({ ...process.env, CDKTF_OUTDIR: outdir, ...settings });

  test('writes one stack per environment; this snapshot only says that something changed', () => {
    execFileSync(process.execPath, start, { env: environment() });
    const names = readdirSync(join(outdir, 'stacks'));
    expect(names).toEqual(['dev-platform', 'prod-platform', 'test-platform']);
    const text = names.map((name) => readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8'));
    expect(text.map((json): unknown => JSON.parse(json))).toMatchSnapshot();
  });

  test.each([
    ['the variable ENVIRONMENT', { ENVIRONMENT: 'nowhere' }],
    ['the context of cdktf.json', { CDKTF_CONTEXT_JSON: '{"environment":"nowhere"}' }],
  ])('takes the wanted environment from %s', (_, settings) => {
    const { status, stderr } = spawnSync(process.execPath, start, { env: environment(settings), encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      2,
      'ENVIRONMENT_UNREADABLE: There is no environment "nowhere"; there are: dev, prod, test.\n' +
        '  where: environments\n  next:  Name one of these, or add its file.\n',
    ]);
  });

  test('says which packages are missing where only those of the local lake are installed', () => {
    const copy = projectCopy();
    try {
      // The way a project looks after `npm start`: some packages, not those of synthesis.
      writeFileSync(join(copy, 'package.json'), '{}');
      const packages = join(copy, 'node_modules');
      for (const name of ['ajv', 'fast-deep-equal', 'fast-uri', 'json-schema-traverse', 'require-from-string']) {
        cpSync(join('node_modules', name), join(packages, name), { recursive: true });
      }
      const tsx = pathToFileURL(require.resolve('tsx')).href;
      const { status, stderr } = spawnSync(process.execPath, ['--import', tsx, 'main.ts'], {
        cwd: copy,
        env: environment(),
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([
        2,
        'SYNTH_PACKAGES_MISSING: "cdktf" is not installed.\n' +
          '  next:  Run `npm ci` in the project folder (`npm start` installs only what the local lake needs).\n',
      ]);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});

test('cdktf.json starts main.ts without a build, downloads no provider and reports nothing', () => {
  expect(JSON.parse(readFileSync('cdktf.json', 'utf8'))).toEqual({
    language: 'typescript',
    app: 'node --import tsx main.ts',
    projectId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    sendCrashReports: 'false',
    terraformProviders: [],
    terraformModules: [],
    context: {},
  });
});
