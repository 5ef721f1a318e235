import { isDataFile } from '../../src/lake/table-files';

const uuid = 'e0a864bc-7358-41ca-96dd-95056d769428';

test.each([
  [`stage2/Person/part-0000000001-${uuid}.parquet`, true],
  [`stage3/events/year=2024/month=3/rest-0000000002-${uuid}.parquet`, true],
  [`stage2/Person/part-00000-${uuid}-c000.snappy.parquet`, true],
  [`stage2/Person/part-00000-${uuid}.crc`, false],
  ['stage2/Person/part-0.parquet', false],
  ['stage2/Person/_delta_log/00000000000000000010.checkpoint.parquet', false],
  [`oea/pre_landing/${uuid}.csv`, false],
])('%s is a data file of a table: %s', (path, expected) => {
  expect(isDataFile(path)).toBe(expected);
});
