import { readdirSync, readFileSync, statSync } from 'node:fs';

/** `ROW8`, and all of `PRIV1 to PRIV4`. */
function rulesIn(cell: string): string[] {
  const ranges = [...cell.matchAll(/\b([A-Z]+)(\d+) to \1(\d+)\b/g)].flatMap(([, name = '', from, to]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => `${name}${Number(from) + index}`),
  );
  return [...new Set([...ranges, ...(cell.match(/\b(?:ROW|PRIV|CELL|ERASE|ACCESS|ORDER|OWN|NET)\d+\b/g) ?? [])])];
}

function textsBelow(path: string): string[] {
  if (statSync(path).isFile()) return [readFileSync(path, 'utf8')];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|py)$/.test(file));
  return files.map((file) => readFileSync(`${path}/${file}`, 'utf8'));
}

test('each rule that docs/security.md says is shown by a test is named by one of these tests', () => {
  const cells = readFileSync('docs/security.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|') && /`test\//.test(line))
    .map(
      (line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .at(-2) ?? '',
    );
  let shown = 0;
  const missing = cells.flatMap((cell) => {
    const paths = [...cell.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = '']) => path);
    const texts = paths.flatMap(textsBelow);
    return rulesIn(cell).flatMap((rule) => {
      shown += 1;
      return texts.some((text) => new RegExp(`\\b${rule}\\b`).test(text)) ? [] : [`${rule}: ${paths.join(', ')}`];
    });
  });
  expect([cells.length > 15, shown > 15, missing]).toEqual([true, true, []]);
});
