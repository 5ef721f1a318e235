import { existsSync, readFileSync } from 'node:fs';
import { rules } from '../../../constructs/policy/judge';
import { accessMatrix } from './access-matrix';

const text = readFileSync('docs/security.md', 'utf8');

/** The rows of the table below a line, a text per cell. */
function tableAfter(line: string): string[][] {
  const lines = text.slice(text.indexOf(line) + line.length).split('\n');
  const from = lines.findIndex((candidate) => candidate.startsWith('| --- '));
  const rows = lines.slice(from + 1);
  return rows.slice(0, rows.indexOf('')).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/security.md', () => {
  test.each([
    ['In production:', { name: 'prod' }],
    ['Outside production, with test data:', { name: 'test', testData: 'k12' }],
  ])('says who reaches what. %s', (line, settings) => {
    expect(tableAfter(line)).toEqual(accessMatrix(settings));
  });

  test('names tests and rules that are there', () => {
    const named = [...tableAfter('what stands in the way:'), ...tableAfter('## What holds')].flat().join(' ');
    const paths = [...named.matchAll(/`(test\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    const ids = rules.map(({ id }) => id);
    const mentioned = [...named.matchAll(/policy rules? ((?:`[a-z-]+`(?:, )?)+)/g)].flatMap((match) => [
      ...(match[1] ?? '').matchAll(/`([a-z-]+)`/g),
    ]);
    expect(mentioned.map((match) => match[1] ?? '').filter((id) => !ids.includes(id))).toEqual([]);
    expect(mentioned.length).toBeGreaterThan(5);
  });
});
