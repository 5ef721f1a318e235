import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorCatalogue } from '../../src/contract/error-catalogue';

const root = resolve(__dirname, '..', '..');

/** The text of all files that git knows below these folders, apart from the catalogue of errors itself. */
function textOf(...folders: readonly string[]): string {
  const names = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...folders], { cwd: root }).toString();
  return names
    .split('\n')
    .filter((name) => /\.(ts|cjs|py|snap)$/.test(name) && !name.endsWith('-errors.ts'))
    .map((name) => readFileSync(join(root, name), 'utf8'))
    .join('\n');
}

function codesMissingIn(text: string): string[] {
  const words = new Set(text.match(/\b[A-Z][A-Z0-9_]+\b/g));
  return Object.keys(errorCatalogue).filter((code) => !words.has(code));
}

test('every error of the catalogue is one that something ends with', () => {
  expect(codesMissingIn(textOf('src', 'constructs', 'assets/notebooks', 'bin', 'main.ts'))).toEqual([]);
});

test('every error of the catalogue is met by a test', () => {
  expect(codesMissingIn(textOf('test'))).toEqual([]);
});

test('no code is described twice: of two descriptions one would never be seen', () => {
  const folder = join(root, 'src', 'contract');
  const parts = readdirSync(folder).filter((name) => name.endsWith('-errors.ts'));
  const codes = parts.flatMap((name) =>
    Object.values(require(join(folder, name)) as Readonly<Record<string, object>>).flatMap((part) => Object.keys(part)),
  );
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  expect([...codes].sort()).toEqual(Object.keys(errorCatalogue).sort());
});
