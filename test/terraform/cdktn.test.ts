import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutComments, type Json } from '../constructs/synthesised';
import { copyProject, synthesiseProject } from './synthesised-project';

/** Tried together; cdktn 0.24 wants constructs below 10.8, and its bindings are of another azurerm version than ours. */
const sharedPackages = ['constructs@10.7.0', 'ajv@8.20.0'];
const waysOut = [
  {
    title: 'cdktn under the name cdktf, our bindings: no change of code',
    packages: ['cdktf@npm:cdktn@0.24.0', '@cdktf/provider-azurerm@14.23.1'],
    rename: (source: string) => source,
    azurerm: '4.55.0',
  },
  {
    title: 'cdktn with its own bindings: other package names in the two files of the seam',
    packages: ['cdktn@0.24.0', '@cdktn/provider-azurerm@16.1.0'],
    rename: (source: string) => source.replaceAll("'cdktf'", "'cdktn'").replaceAll("'@cdktf/", "'@cdktn/"),
    azurerm: '4.73.0',
  },
] as const;

const seam = ['constructs/core/cdktf.ts', 'constructs/core/azurerm.ts'];

/** Installs outside the project; false where the registry does not give these packages. */
function install(folder: string, packages: readonly string[]): boolean {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--no-package-lock'];
  const words = ['install', ...flags, ...packages, ...sharedPackages];
  return spawnSync('npm', words, { cwd: folder, stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;
}

const projects = waysOut.map(({ packages }) => {
  const folder = copyProject();
  const installed = install(folder, packages);
  // At once, because jest runs no afterAll where every test is skipped.
  if (!installed) rmSync(folder, { recursive: true });
  return { folder, installed };
});

afterAll(() => projects.forEach(({ folder }) => rmSync(folder, { recursive: true, force: true })));

/** The JSON without `//` (which names the library's version) and with the provider version of the bindings taken out. */
function comparable(stacks: Readonly<Record<string, Json>>, azurerm: string): unknown {
  const text = JSON.stringify(withoutComments(stacks));
  expect(text).toContain(`"version":"${azurerm}"`);
  return JSON.parse(text.replaceAll(`"version":"${azurerm}"`, '"version":"of the bindings"'));
}

describe('the way out of cdktf (ADR 1)', () => {
  waysOut.forEach(({ title, rename, azurerm }, index) => {
    const { folder, installed } = projects[index] as (typeof projects)[number];
    const testInstalled = installed ? test : test.skip;
    testInstalled(`${title}, gives the same JSON${installed ? '' : ' (skipped: npm cannot install it here)'}`, () => {
      for (const file of seam) {
        const path = join(folder, file);
        writeFileSync(path, rename(readFileSync(path, 'utf8')));
      }
      const ours = synthesiseProject(process.cwd(), join(folder, 'ours'));
      expect(comparable(synthesiseProject(folder), azurerm)).toEqual(comparable(ours, '4.55.0'));
    });
  });
});
