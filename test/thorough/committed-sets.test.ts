import path from 'node:path';
import { checkDrop } from '../../src/test-data/check';

const folder = path.resolve(__dirname, '../../test_data');

test.each(['k12', 'hed'])(
  'test_data/%s loses no row, and refers to nothing unknown but a few actors',
  async (set) => {
    const check = await checkDrop(path.join(folder, set));
    const findings = [
      ...check.findings,
      ...check.units.flatMap(({ findings, tables }) => [...findings, ...tables.flatMap((table) => table.findings)]),
    ];
    expect(new Set(findings.map(({ severity, code, column }) => `${severity} ${code} ${column}`))).toEqual(
      new Set(['warning reference ActorId']),
    );
  },
  60_000,
);
