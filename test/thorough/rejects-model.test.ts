import * as fc from 'fast-check';
import { modelBytes, modelFile, modelOutcome, recordBytes } from '../engine/row-model';
import { useOneTable } from '../engine/one-table';

const correct = useOneTable();
const sorted = <T>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

test('ROW9–ROW11: every landed row of nasty files is written once, a duplicate or rejected, as a plain model says', async () => {
  let refused = 0;
  const reasons = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(modelFile, { minLength: 1, maxLength: 2 }), async (files) => {
      const expected = modelOutcome(files);
      const result = await correct('Enrollment', files.map(modelBytes));
      if (expected.isRefused) {
        refused += 1;
        expect(result.refused?.code).toBe('COLUMNS_NOT_BORNE_OUT');
        return;
      }
      expect(result.refused).toBeUndefined();
      expect(result.rows).toEqual(sorted(expected.rows));
      expect(result.duplicates).toBe(expected.duplicates);
      const found = result.rejectedRows.map(({ line, lineCount, reason, columnName, cells }) => ({
        line,
        lineCount,
        reason,
        columnName,
        cells,
      }));
      found.forEach(({ reason }) => reasons.add(reason));
      expect(sorted(found)).toEqual(sorted(expected.rejects));
      expect(result.rows.length + result.duplicates + found.length).toBe(files.flat().length);
      for (const { cells, raw } of result.rejectedRows) {
        if (cells !== undefined) expect(raw).toEqual(recordBytes({ cells }));
      }
    }),
    { numRuns: 12, seed: 11, endOnFailure: true },
  );
  expect([...reasons].sort()).toEqual([
    'cast',
    'encoding',
    'header_row',
    'key_conflict',
    'key_empty',
    'required_empty',
    'row_check',
    'width',
  ]);
  expect(refused).toBeLessThan(6);
});
