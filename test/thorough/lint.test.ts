import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Lint is run once over a project of planted files that has our settings; each test looks at one file of it. */
const projectRoot = path.resolve(__dirname, '..', '..');

/** Files that must be refused: their text, and the rules that refuse it, one per finding. */
const refused: Readonly<Record<string, { readonly text: string; readonly rules: readonly string[] }>> = {
  'src/contract/upwards.ts': {
    text: "import { value } from '../catalogue/plain';\nexport const twice = value * 2;\n",
    rules: ['boundaries/dependencies'],
  },
  'src/lake/upwards-by-require.ts': {
    text: "export const plain = require('../engine/plain') as { value: number };\n",
    rules: ['boundaries/dependencies'],
  },
  'src/engine/upwards-by-export.ts': {
    text: "export { value } from '../verify/plain';\n",
    rules: ['boundaries/dependencies'],
  },
  'src/verify/sideways.ts': {
    text: "import { value } from '../operations/plain';\nexport const twice = value * 2;\n",
    rules: ['boundaries/dependencies'],
  },
  'src/cli/imports-constructs.ts': {
    text: "import { value } from '../../constructs/plain';\nexport const twice = value * 2;\n",
    rules: ['boundaries/dependencies'],
  },
  'constructs/imports-engine.ts': {
    text: "import { value } from '../src/engine/plain';\nexport const twice = value * 2;\n",
    rules: ['boundaries/dependencies'],
  },
  'constructs/imports-operation-value.ts': {
    text: "import { value } from '../src/operations/plain';\nexport const twice = value * 2;\n",
    rules: ['boundaries/dependencies'],
  },
  'main.ts': {
    text: "import { value } from './src/engine/plain';\nimport { value as other } from './constructs/plain';\nexport const sum = value + other;\n",
    rules: ['boundaries/dependencies'],
  },
  'src/unknown-folder/file.ts': { text: 'export const value = 1;\n', rules: ['boundaries/no-unknown-files'] },
  'constructs/imports-cdktf.ts': { text: "export { App } from 'cdktf';\n", rules: ['no-restricted-imports'] },
  'constructs/imports-azurerm.ts': {
    text: "export { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';\n",
    rules: ['no-restricted-imports'],
  },
  'constructs/computed-id.ts': {
    text: [
      'class Thing {',
      '  constructor(scope: object, id: string) {',
      '    Object.assign(scope, { id });',
      '  }',
      '}',
      'export class Owner {',
      '  constructor(name: string) {',
      '    new Thing(this, `thing-${name}`);',
      "    new Thing(this, 'thing-' + name);",
      '    new Thing(this, name.trim());',
      "    new Thing(this, 'Literal');",
      '    new Thing(this, name);',
      '  }',
      '}',
      '',
    ].join('\n'),
    rules: ['no-restricted-syntax', 'no-restricted-syntax', 'no-restricted-syntax'],
  },
  'src/engine/too-long.ts': { text: `${'export {};\n'.repeat(301)}`, rules: ['max-lines'] },
  'test/too-long.ts': { text: `${'export {};\n'.repeat(401)}`, rules: ['max-lines'] },
  'test/focused.ts': {
    text: "it.only('hides others', () => undefined);\nfit('too', () => undefined);\n",
    rules: ['no-restricted-syntax', 'no-restricted-syntax'],
  },
  'test/console-assert.ts': {
    text: "import { assert } from 'node:console';\nassert(false);\n",
    rules: ['no-restricted-imports'],
  },
  'src/engine/any.ts': {
    text: 'export function same(value: any): unknown {\n  return value;\n}\n',
    rules: ['@typescript-eslint/no-explicit-any'],
  },
  'src/engine/floating.ts': {
    text: 'export function start(): void {\n  Promise.resolve(1);\n}\n',
    rules: ['@typescript-eslint/no-floating-promises'],
  },
};

const plain = 'export const value = 1;\nexport type Value = number;\n';

/** Files that must pass: the allowed twin of what is refused above. */
const accepted: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['catalogue', 'engine', 'verify', 'operations'].map((folder) => [`src/${folder}/plain.ts`, plain]),
  ),
  'constructs/plain.ts': plain,
  'constructs/core/cdktf.ts': "export { App } from 'cdktf';\n",
  'constructs/core/azurerm.ts': "export { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';\n",
  'constructs/imports-operation-type.ts':
    "import type { Value } from '../src/operations/plain';\nexport const one: Value = 1;\n",
  'constructs/imports-catalogue.ts':
    "import { value } from '../src/catalogue/plain';\nexport const twice = value * 2;\n",
  'src/cli/skips-layers.ts': "import { value } from '../catalogue/plain';\nexport const twice = value * 2;\n",
  'test/imports-all.ts':
    "import { value } from '../constructs/plain';\nimport { value as other } from '../src/verify/plain';\nexport const sum = value + other;\n",
  'src/engine/long-enough.ts': `${'export {};\n'.repeat(300)}`,
};

let found: Readonly<Record<string, readonly string[]>> = {};

beforeAll(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'insights-lint-'));
  try {
    for (const file of ['eslint.config.mjs', 'tsconfig.json', 'package.json']) {
      cpSync(path.join(projectRoot, file), path.join(folder, file));
    }
    symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    const texts = {
      ...accepted,
      ...Object.fromEntries(Object.entries(refused).map(([file, { text }]) => [file, text])),
    };
    for (const [file, text] of Object.entries(texts)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    found = lint(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function lint(folder: string): Record<string, readonly string[]> {
  const eslint = path.join(projectRoot, 'node_modules', 'eslint', 'bin', 'eslint.js');
  const run = spawnSync(process.execPath, [eslint, '--format', 'json', '.'], { cwd: folder, encoding: 'utf8' });
  const results = JSON.parse(run.stdout) as {
    filePath: string;
    messages: { ruleId: string | null; message: string }[];
  }[];
  return Object.fromEntries(
    results.map(({ filePath, messages }) => [
      path.relative(folder, filePath).split(path.sep).join('/'),
      messages.map(({ ruleId, message }) => ruleId ?? message),
    ]),
  );
}

test.each(Object.keys(refused))('lint refuses %s', (file) => {
  expect(found[file]).toEqual(refused[file]?.rules);
});

test.each(Object.keys(accepted))('lint accepts %s', (file) => {
  expect(found[file]).toEqual([]);
});
