import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testSetHash } from '../../src/contract/committed-test-data';
import { refusal } from '../support/refusal';

describe('testSetHash', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'insights-sets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const line = (digit: string, name: string) => `${digit.repeat(64)}  ${name}`;
  const hash = (set: 'k12' | 'hed', ...lines: readonly string[]): string => {
    writeFileSync(join(folder, 'SHA256SUMS'), `${lines.join('\n')}\n`);
    return testSetHash(folder, set);
  };

  test('changes with a file of the set, and not with the order of the list or another set', () => {
    const [one, two, other] = [line('a', 'k12/one'), line('b', 'k12/two'), line('c', 'hed/one')];
    const whole = hash('k12', one, two, other);
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
    expect([hash('k12', two, one), hash('k12', one, two, line('d', 'hed/one'))]).toEqual([whole, whole]);
    expect(new Set([whole, hash('k12', one), hash('k12', one, line('d', 'k12/two')), hash('hed', other)]).size).toBe(4);
  });

  test('refuses a list without the set, and a missing list', () => {
    const next = (code: string) => refusal(() => testSetHash(folder, 'k12')).startsWith(code);
    expect(next('TEST_DATA_MISSING: A part of the test set is missing.\n  where: test_data/SHA256SUMS\n')).toBe(true);
    writeFileSync(join(folder, 'SHA256SUMS'), `${line('c', 'hed/one')}\n`);
    expect(next('TEST_DATA_MISSING: The list of hashes has no file of k12.\n  where: test_data/SHA256SUMS\n')).toBe(
      true,
    );
  });

  test('knows both committed sets', () => {
    expect([testSetHash('test_data', 'k12'), testSetHash('test_data', 'hed')].map((text) => text.length)).toEqual([
      64, 64,
    ]);
  });
});
