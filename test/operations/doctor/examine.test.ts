import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examine } from '../../../src/operations/doctor/examine';
import { realEffects } from '../../../src/operations/doctor/real-effects';
import { goodMachine } from './effects';

describe('examine', () => {
  let projectRoot: string;
  beforeEach(() => {
    projectRoot = mkdtempSync(join(tmpdir(), 'insights-doctor-'));
    mkdirSync(join(projectRoot, 'environments'));
  });
  afterEach(() => rmSync(projectRoot, { recursive: true }));

  const write = (name: string, settings: object): void =>
    writeFileSync(
      join(projectRoot, 'environments', `${name}.json`),
      JSON.stringify({ name, suffix: name, location: 'westeurope', ...settings }),
    );
  const options = () => ({ effects: goodMachine(), projectRoot, oldestNode: '20.9' });

  test('counts the problems of the machine and of every environment', async () => {
    write('dev', {});
    write('test', { network: { access: 'private', private: privateNetwork } });
    const { machine, environments, problems } = await examine(options());
    expect(machine.at(-1)).toEqual({
      id: 'environments',
      state: 'ok',
      message: 'Environments that can be used: dev, test.',
      steps: [],
    });
    expect([problems, environments.map(({ name, checks }) => [name, checks.map(({ id }) => id)])]).toEqual([
      1,
      [
        ['dev', commonChecks],
        ['test', commonChecks],
      ],
    ]);
  });

  test('looks at one environment where one is wanted', async () => {
    write('dev', {});
    write('test', {});
    const { environments } = await examine({ ...options(), wanted: 'test' });
    expect(environments.map(({ name }) => name)).toEqual(['test']);
  });

  test('lists what is wrong with a file, and looks at the machine all the same', async () => {
    write('dev', { colour: 'red', lake: { settleMinutes: 'soon' } });
    const { machine, environments, problems } = await examine(options());
    const { id, state, message, steps } = machine.at(-1) ?? {};
    expect([environments, problems, id, state]).toEqual([[], 1, 'environments', 'problem']);
    expect(message).toMatch(/environments\/dev\.json: The environment cannot be used: 2 findings\.$/);
    expect([steps?.[0]?.split(' ')[0], steps?.[1]?.split(' ')[0], steps?.[2]]).toEqual([
      '/colour:',
      '/lake/settleMinutes:',
      'Correct every finding listed above; environments/environment.schema.json describes each setting.',
    ]);
  });
});

const privateNetwork = { resourceGroup: 'rg', virtualNetwork: 'v', subnet: 's', dnsZonesResourceGroup: 'rg' };
const commonChecks = [
  'network',
  'administrators',
  'deployers',
  'directory-readers',
  'data-share',
  'url-pipelines',
  'resource-providers',
  'locks',
  'privacy-rights',
];

describe('realEffects', () => {
  const effects = realEffects({ PATH: process.env['PATH'] }, process.cwd());

  test('run programs without a shell, and tell an absent one', () => {
    expect(effects.run(process.execPath, '--eval', 'console.log("$HOME;x")')).toEqual({
      status: 0,
      stdout: '$HOME;x\n',
    });
    expect(effects.run('no-such-program-of-anybody')).toBeUndefined();
  });

  test('look for packages and files of the project', () => {
    expect([effects.hasPackage('ajv'), effects.hasPackage('no-such-package')]).toEqual([true, false]);
    expect([effects.exists('package.json'), effects.exists('no-such-file')]).toEqual([true, false]);
    expect([effects.readText('cdktf.json')?.startsWith('{'), effects.readText('no-such-file')]).toEqual([
      true,
      undefined,
    ]);
  });

  test('take a closed port for unreachable', async () => {
    expect(await effects.reach('http://127.0.0.1:9/')).toBe(false);
  });
});
