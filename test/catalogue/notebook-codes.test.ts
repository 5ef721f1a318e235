import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCatalogue } from '../../src/contract/error-catalogue';

const folder = path.resolve(__dirname, '../../assets/notebooks');

test('every code that a notebook stops with can be explained', () => {
  const sources = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const raised = sources.flatMap((text) =>
    [...text.matchAll(/InsightsError\(\s*'([A-Z_0-9]+)'/g)].map(([, code]) => code!),
  );
  expect(raised.length).toBeGreaterThan(30);
  expect([...new Set(raised)].filter((code) => !(code in errorCatalogue)).sort()).toEqual([]);
});
