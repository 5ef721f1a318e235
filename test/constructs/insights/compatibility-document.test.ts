import { existsSync, readFileSync } from 'node:fs';

const text = readFileSync('docs/compatibility.md', 'utf8');

/** The rows of the table below a heading, a text per cell. */
function tableBelow(heading: string): string[][] {
  const lines = text.slice(text.indexOf(heading)).split('\n');
  const rows = lines.slice(lines.findIndex((line) => line.startsWith('| --- ')) + 1);
  return rows.slice(0, rows.indexOf('')).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Paths in a cell, with or without a file's ending. */
const pathsIn = (cell: string, roots: string): string[] =>
  [...cell.matchAll(new RegExp(`\`((?:${roots})[\\w./-]*)\``, 'g'))].map((match) => match[1] ?? '');

const counted = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}`);

describe('docs/compatibility.md', () => {
  test('answers every rule of the deployment with a place in the project and a test that is there', () => {
    const rows = tableBelow('## Deployment: each rule');
    expect(rows.map(([rule]) => rule)).toEqual([
      ...counted('NET', 5),
      ...counted('ORDER', 4),
      ...counted('OWN', 5),
      ...counted('ACCESS', 7),
    ]);
    const places = rows.map(([, metBy = '']) => pathsIn(metBy, 'constructs|src'));
    const tests = rows.map(([, , shownBy = '']) => pathsIn(shownBy, 'test'));
    expect([...places, ...tests].flat().filter((path) => !existsSync(path))).toEqual([]);
    expect(rows.filter((_, index) => tests[index]?.length === 0)).toEqual([]);
    expect(rows.filter(([, metBy = ''], index) => places[index]?.length === 0 && !metBy.includes('`from…()`'))).toEqual(
      [],
    );
  });

  test('a test that it names for a rule speaks of that rule, or stands beside one that does', () => {
    const rows = tableBelow('## Deployment: each rule');
    const silent = rows.filter(([rule = '', , shownBy = '']) => {
      const files = pathsIn(shownBy, 'test').filter((path) => path.endsWith('.ts'));
      return files.length > 0 && !files.some((path) => readFileSync(path, 'utf8').includes(rule));
    });
    expect(silent.map(([rule]) => rule)).toEqual([]);
  });

  test('names constructs that are there for the steps of upstream', () => {
    const rows = tableBelow("## Deployment: upstream's steps");
    expect(rows.length).toBeGreaterThan(15);
    const files = rows.flatMap(([, here = '']) =>
      [...here.matchAll(/`([\w-]+\/[\w-]+\.ts)`/g)].map((match) => match[1]),
    );
    expect(files.filter((file) => !existsSync(`constructs/${file ?? ''}`))).toEqual([]);
    expect(rows.filter(([, here = '']) => here !== 'none' && !here.includes('.ts`'))).toEqual([]);
  });
});
