import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import schema from '../../environments/environment.schema.json';
import {
  defaultLakeSettings,
  loadEnvironment,
  loadEnvironments,
  resolveEnvironment,
} from '../../src/contract/environment';
import { refusal } from '../support/refusal';
import { existingWorkspace as workspace } from '../support/environment-parts';

const minimal = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };

const group = (digit: string) => ({
  objectId: `${digit.repeat(8)}-0000-0000-0000-000000000000`,
  displayName: `Group ${digit}`,
});

const maximal = {
  $schema: './environment.schema.json',
  ...minimal,
  tags: { Owner: 'data team' },
  dataVersion: '1.4.0',
  lake: {
    profile: 'v0.2',
    timeZone: 'America/Los_Angeles',
    settleMinutes: 0,
    requiredTables: ['AadUser', 'activity'],
    columnOrder: 'schema',
    heldThreshold: { removedKeysPercent: 100 },
    rejectThreshold: { percent: 0.5, rows: 0 },
  },
  workspace: { mode: 'create' },
  testData: 'hed',
  dataShare: {
    mode: 'accept',
    invitationId: '11111111-2222-3333-4444-555555555555',
    sourceLocation: 'eastus2',
    dataSets: ['activity', 'roster'],
    schedule: { interval: 'Day', time: '2026-01-01T04:00:00Z' },
  },
  network: {
    access: 'addresses',
    addresses: [{ address: '203.0.113.0/24', owner: 'data team', reason: 'office', expires: '2026-12-31' }],
  },
  people: {
    administrators: [group('a')],
    deployers: [group('b')],
    dataEngineers: [group('c'), group('d')],
    dataScientists: [group('e')],
    externalDataScientists: [group('f')],
    privacyOfficers: [group('0')],
    analysts: [group('1')],
    uploaders: [group('2')],
  },
  storage: { replication: 'LRS', softDeleteDays: 365 },
  keyVault: { softDeleteDays: 7, purgeProtection: true },
  retention: { preLandingDays: 7, landedDays: 8, reportDays: 9, logDays: 30 },
  pools: {
    small: {
      name: 'tiny',
      nodeSize: 'Medium',
      minNodes: 4,
      maxNodes: 4,
      autoPauseMinutes: 5,
      sparkVersion: '3.6',
    },
    medium: {
      name: 'huge',
      nodeSize: 'Large',
      minNodes: 10,
      maxNodes: 200,
      autoPauseMinutes: 60,
      sparkVersion: '3.5',
    },
  },
  schedule: { enabled: true, offsetHours: 0 },
  maintenance: { vacuumRetentionHours: 24 },
  budget: { amount: 250.5, startMonth: '2026-01', thresholdPercents: [50], contacts: ['budget@school.example'] },
  alerts: { contacts: ['team@school.example'], freshnessHours: 48 },
  sqlAliases: true,
  exceptions: [{ rule: 'a-rule', at: 'test-platform/X', owner: 'data team', reason: 'why', expires: '2026-12-31' }],
  teardown: { deleteData: true },
  state: { backend: 'azurerm', resourceGroup: 'rg-state', storageAccount: 'ststate', container: 'state' },
};

describe('resolveEnvironment', () => {
  test('fills every default in', () => {
    expect(resolveEnvironment(minimal, 'test.json')).toEqual({
      ...minimal,
      production: false,
      tags: {},
      dataVersion: '1.14',
      workspace: { mode: 'create' },
      testData: 'none',
      dataShare: { mode: 'off' },
      network: { access: 'addresses', addresses: [] },
      people: {
        administrators: [],
        deployers: [],
        dataEngineers: [],
        dataScientists: [],
        externalDataScientists: [],
        privacyOfficers: [],
        analysts: [],
        uploaders: [],
      },
      retention: { preLandingDays: 90, landedDays: 365, reportDays: 730, logDays: 90 },
      keyVault: { softDeleteDays: 90, purgeProtection: false },
      exceptions: [],
      pools: {
        small: {
          name: 'spark3p3sm',
          nodeSize: 'Small',
          minNodes: 3,
          maxNodes: 5,
          autoPauseMinutes: 15,
          sparkVersion: '3.5',
        },
        medium: {
          name: 'spark3p3med',
          nodeSize: 'Medium',
          minNodes: 3,
          maxNodes: 10,
          autoPauseMinutes: 15,
          sparkVersion: '3.5',
        },
      },
      schedule: { enabled: false, offsetHours: 3, time: '06:00' },
      maintenance: { vacuumRetentionHours: 168 },
      alerts: { contacts: [], freshnessHours: 36 },
      sqlAliases: false,
      lake: {
        profile: 'strict',
        timeZone: 'UTC',
        settleMinutes: 15,
        columnOrder: 'catalogue',
        heldThreshold: { removedKeysPercent: 20 },
        rejectThreshold: { percent: 5, rows: 10 },
      },
      storage: { replication: 'ZRS', softDeleteDays: 7 },
      teardown: { deleteData: false },
      state: { backend: 'local' },
    });
  });

  test('takes every setting over', () => {
    const { $schema, ...settings } = maximal;
    expect($schema).toBe('./environment.schema.json');
    expect(resolveEnvironment(maximal, 'test.json')).toEqual({
      ...settings,
      schedule: { ...settings.schedule, time: '06:00' },
      production: false,
    });
  });

  test('takes a workspace that is there, and a private network, over', () => {
    expect(resolveEnvironment({ ...minimal, workspace }, 'test.json').workspace).toEqual(workspace);
    const network = {
      access: 'private',
      private: { resourceGroup: 'rg', virtualNetwork: 'vnet', subnet: 'snet', dnsZonesResourceGroup: 'rg-dns' },
    };
    expect(resolveEnvironment({ ...minimal, network }, 'test.json').network).toEqual(network);
  });

  test('protects the vault from purging in production, whatever the default', () => {
    const production = { ...minimal, name: 'prod', keyVault: { softDeleteDays: 30 } };
    expect(resolveEnvironment(production, 'prod.json').keyVault).toEqual({ softDeleteDays: 30, purgeProtection: true });
  });

  test('mixes given and default settings of pools and budget', () => {
    const budget = { amount: 100, startMonth: '2026-09', contacts: ['a@b.example'] };
    const environment = resolveEnvironment({ ...minimal, pools: { small: { maxNodes: 8 } }, budget }, 'test.json');
    expect([environment.pools.small.name, environment.pools.small.maxNodes]).toEqual(['spark3p3sm', 8]);
    expect(environment.budget).toEqual({ ...budget, thresholdPercents: [80, 100] });
  });

  test('names pools otherwise beside those of a workspace that is there, unless they are named (OWN3)', () => {
    const names = (pools?: object) => {
      const resolved = resolveEnvironment(
        { ...minimal, workspace, ...(pools === undefined ? {} : { pools }) },
        'x.json',
      );
      return [resolved.pools.small.name, resolved.pools.medium.name];
    };
    expect(names()).toEqual(['spark3p5sm', 'spark3p5med']);
    expect(names({ small: { name: 'ours' }, medium: { maxNodes: 4 } })).toEqual(['ours', 'spark3p5med']);
  });

  test('mixes given and default thresholds', () => {
    const lake = { rejectThreshold: { rows: 3 }, heldThreshold: {} };
    expect(resolveEnvironment({ ...minimal, lake }, 'test.json').lake).toEqual({
      ...defaultLakeSettings,
      rejectThreshold: { percent: 5, rows: 3 },
    });
  });

  test('has the defaults that the schema tells editors', () => {
    const told = (node: SchemaNode): unknown =>
      node.properties === undefined || node.default === undefined
        ? node.default
        : Object.fromEntries(
            Object.entries(node.properties)
              .map(([key, child]) => [key, told(child)])
              .filter(([, value]) => value !== undefined),
          );
    const { state, ...others } = (schema as SchemaNode).properties ?? {};
    const { name, suffix, location, production, ...defaults } = resolveEnvironment(minimal, 'test.json');
    expect([name, suffix, location, production]).toEqual(['test', 'Contoso12345', 'westeurope', false]);
    expect({ ...(told({ default: {}, properties: others }) as object), state: state?.default }).toEqual(defaults);
  });

  test('freezes what it gives at every depth, and leaves what it was given alone', () => {
    const given = structuredClone(maximal);
    const environment = resolveEnvironment(given, 'test.json');
    expect(frozenParts(environment)).toEqual(frozenParts(environment).map(() => true));
    given.lake.requiredTables.push('Person');
    given.state.container = 'other';
    expect(environment.lake.requiredTables).toEqual(['AadUser', 'activity']);
    expect(environment.state).toEqual(maximal.state);
  });

  test.each([
    ['prod', true],
    ['prod-eu', true],
    ['production', true],
    ['preprod', false],
    ['dev', false],
  ])('%s is production: %s', (name, production) => {
    expect(resolveEnvironment({ ...minimal, name }, 'x.json').production).toBe(production);
  });
});

interface SchemaNode {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

function frozenParts(value: unknown): boolean[] {
  if (typeof value !== 'object' || value === null) return [];
  return [Object.isFrozen(value), ...Object.values(value).flatMap(frozenParts)];
}

describe('environment files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'insights-environments-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const shown = (name = ''): string => relative(process.cwd(), join(folder, name));
  const mend = 'Correct the file named above; environments/environment.schema.json describes it.';

  test('a folder gives all of them by name, without the schema', () => {
    write('environment.schema.json', 'not read');
    write('notes.txt', 'not read');
    write('test.json', minimal);
    write('dev.json', { ...minimal, name: 'dev', suffix: 'b' });
    expect(loadEnvironments(folder).map(({ name }) => name)).toEqual(['dev', 'test']);
    expect(loadEnvironments(folder, 'test')).toEqual([resolveEnvironment(minimal, 'test.json')]);
  });

  test('the shipped ones can be used', () => {
    const names = readdirSync('environments').filter((file) => file !== 'environment.schema.json');
    expect(loadEnvironments('environments').map(({ name }) => `${name}.json`)).toEqual(names);
    expect(loadEnvironments('environments', 'dev')[0]).toEqual(
      resolveEnvironment(
        {
          name: 'dev',
          suffix: 'insightsdev',
          location: 'westeurope',
          testData: 'k12',
          keyVault: { softDeleteDays: 7 },
        },
        'dev.json',
      ),
    );
  });

  test('a missing folder, an empty one, an unknown name and a missing file are refused', () => {
    const absent = join(folder, 'absent');
    expect(refusal(() => loadEnvironments(absent))).toBe(
      `ENVIRONMENT_UNREADABLE: The folder of the environments cannot be read.\n  where: ${shown('absent')}\n  next:  ${mend}`,
    );
    expect(refusal(() => loadEnvironments(folder))).toBe(
      `ENVIRONMENT_UNREADABLE: There is no environment file.\n  where: ${shown()}\n  next:  ${mend}`,
    );
    write('test.json', minimal);
    expect(refusal(() => loadEnvironments(folder, 'prod'))).toBe(
      'ENVIRONMENT_UNREADABLE: There is no environment "prod"; there are: test.\n' +
        `  where: ${shown()}\n  next:  Name one of these, or add its file.`,
    );
    expect(refusal(() => loadEnvironment(join(folder, 'dev.json')))).toBe(
      `ENVIRONMENT_UNREADABLE: The environment file cannot be read.\n  where: ${shown('dev.json')}\n  next:  ${mend}`,
    );
  });

  test('a broken file is refused without quoting it, with the line where the parser tells it', () => {
    const path = write('test.json', '{\n  "name": "test",\n}');
    expect(refusal(() => loadEnvironment(path))).toMatch(
      /^ENVIRONMENT_UNREADABLE: The environment file is not JSON\.\n/,
    );
    expect(refusal(() => loadEnvironment(path))).toBe(
      `ENVIRONMENT_UNREADABLE: The environment file is not JSON.\n  where: ${shown('test.json')}:3\n  next:  ${mend}`,
    );
    expect(refusal(() => loadEnvironment(write('test.json', 'hush')))).toBe(
      `ENVIRONMENT_UNREADABLE: The environment file is not JSON.\n  where: ${shown('test.json')}\n  next:  ${mend}`,
    );
  });

  test('a key that is there twice is refused: the first would count for nothing', () => {
    const twice = (text: string) => refusal(() => loadEnvironment(write('test.json', text))).split('\n')[1];
    expect(twice('{"name":"test","suffix":"a","location":"westeurope","\\u0073uffix":"b"}')).toBe(
      '  /suffix: is there twice, and only the last one counts. Leave one.',
    );
    expect(
      twice('{"exceptions":[{"rule":"a","reason":"\\"rule\\":"},{"rule":"b"}],"lake":{"profile":1,"profile":2}}'),
    ).toBe('  /lake/profile: is there twice, and only the last one counts. Leave one.');
  });

  test('a byte order mark is no part of the JSON', () => {
    expect(loadEnvironment(write('test.json', `\ufeff${JSON.stringify(minimal)}`)).suffix).toBe(minimal.suffix);
  });

  test('a name that is not the file name is refused', () => {
    const text = refusal(() => loadEnvironment(write('dev.json', minimal)));
    expect(text.split('\n').slice(1, 3)).toEqual([
      '  /name: "test" is not the file\'s name. Write "dev", or rename the file.',
      `  where: ${shown('dev.json')}`,
    ]);
  });

  test('two environments with one suffix are refused, also when only one is wanted', () => {
    write('dev.json', { ...minimal, name: 'dev', suffix: 'CONTOSO12345' });
    write('test.json', minimal);
    expect(
      refusal(() => loadEnvironments(folder, 'dev'))
        .split('\n')
        .slice(1, 3),
    ).toEqual([
      '  /suffix: "Contoso12345" is also the suffix of dev. Give each environment its own.',
      `  where: ${shown('test.json')}`,
    ]);
  });
});
