import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withoutComments } from '../synthesised';

const artifact = /workspaces\/(notebooks|pipelines|datasets|linkedservices|sqlScripts)@/;

/** What is in an artifact, and so every hash of it, is the business of the artifact's own tests. */
function withoutContent(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\b[0-9a-f]{64}\b/g, '<hash>');
  if (Array.isArray(value)) return value.map(withoutContent);
  if (typeof value !== 'object' || value === null) return value;
  const isArtifact = 'type' in value && artifact.test(String(value.type));
  const members = Object.entries(value).filter(([key]) => !(isArtifact && key === 'body'));
  return Object.fromEntries(members.map(([key, member]) => [key, withoutContent(member)]));
}

const secrets =
  /account_?key|shared_?access_?(key(?!_enabled)|signature)|client_?secret|"(sql_administrator_login_)?password"|azurerm_key_vault_secret|random_(password|bytes)|PRIVATE KEY/i;

const start = ['--import', 'tsx', 'main.ts'];

describe('main.ts', () => {
  let outdir: string;
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), 'insights-out-'));
  });
  afterEach(() => rmSync(outdir, { recursive: true }));
  const environment = (settings: NodeJS.ProcessEnv = {}) => ({ ...process.env, CDKTF_OUTDIR: outdir, ...settings });

  test('writes two stacks per environment; each snapshot only says that something changed', () => {
    // What Terraform itself is given must not get into what it reads.
    const given = {
      ARM_CLIENT_SECRET: 'hush-secret',
      ARM_SUBSCRIPTION_ID: 'hush-subscription',
      TF_VAR_salt: 'hush-salt',
    };
    execFileSync(process.execPath, start, { env: environment(given) });
    const names = readdirSync(join(outdir, 'stacks'));
    expect(names).toEqual([
      'dev-insights',
      'dev-platform',
      'prod-insights',
      'prod-platform',
      'test-insights',
      'test-platform',
    ]);
    for (const name of names) {
      const text = readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8');
      expect(withoutContent(withoutComments(JSON.parse(text)))).toMatchSnapshot(name);
      // Nothing of this machine, and nothing that is, or holds, a secret.
      expect([process.cwd(), homedir(), outdir].filter((path) => path !== '/' && text.includes(path))).toEqual([]);
      expect(text.match(secrets)).toBeNull();
      expect(text).not.toContain('hush-');
    }
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

  test('writes nothing of a stack that the policy refuses', () => {
    const folder = join(outdir, 'environments');
    mkdirSync(folder);
    const addresses = [{ address: '203.0.113.7', owner: 'Ada', reason: 'office', expires: '2020-01-31' }];
    const committed = JSON.parse(readFileSync(join('environments', 'dev.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'dev.json'), JSON.stringify({ ...committed, network: { addresses } }));
    const { status, stderr } = spawnSync(process.execPath, start, {
      env: environment({ ENVIRONMENTS: folder }),
      encoding: 'utf8',
    });
    expect([status, stderr.split('\n')[1]]).toEqual([
      2,
      '  exception-expiry at dev-platform: address 203.0.113.7 of Ada expired on 2020-01-31. Addresses and exceptions hold for 366 days at most, and not after their last day: somebody looks again.',
    ]);
    expect(existsSync(join(outdir, 'stacks', 'dev-platform'))).toBe(false);
  });

  test('says which packages are missing where only those of the local lake are installed', () => {
    const copy = mkdtempSync(join(tmpdir(), 'insights-app-'));
    try {
      for (const part of ['main.ts', 'tsconfig.json', 'constructs', 'environments', 'src']) {
        cpSync(part, join(copy, part), { recursive: true });
      }
      // The way a project looks when an installation was interrupted: some packages, not those of synthesis.
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
          '  next:  Run `npm ci` in the project folder (an installation may have been interrupted).\n',
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
