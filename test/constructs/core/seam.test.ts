import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const seams = ['constructs/core/azurerm.ts', 'constructs/core/cdktf.ts'];
const imported = /(?:from|import|require)\s*\(?\s*['"](?:cdktf|@cdktf\/[^'"]*|cdktn|@cdktn\/[^'"]*)['"]/;

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts'));
}

describe('the seam of ADR 1', () => {
  test('is the only place that imports the library and its bindings', () => {
    const files = ['main.ts', ...sources('constructs'), ...sources('src'), ...sources('test/constructs')];
    expect(files.filter((file) => imported.test(readFileSync(file, 'utf8'))).sort()).toEqual(seams);
  });

  test('loads one file per resource, never the index of all bindings', () => {
    const text = readFileSync('constructs/core/azurerm.ts', 'utf8');
    const modules = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
    expect(modules.filter((name) => !/^@cdktf\/provider-azurerm\/lib\/[a-z0-9-]+$/.test(name ?? ''))).toEqual([]);
    expect(modules.length).toBeGreaterThan(0);
  });
});
