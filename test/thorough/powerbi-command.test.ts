import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { captured } from '../cli/captured';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';

const connection = useDuckDb();
const temporaryFolder = useTemporaryFolders();

function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const found = files.filter((file) => statSync(path.join(folder, file)).isFile());
  return new Map(found.map((file) => [file, readFileSync(path.join(folder, file)).toString('base64')]));
}

test('four projects from nothing, the same bytes each time, with the data of general tables beside the imported ones', async () => {
  const [one, other] = [await temporaryFolder(), await temporaryFolder()];
  for (const out of [one, other]) {
    expect(await runCli(['powerbi', '--env', 'dev', '--out', out], captured())).toBe(0);
  }
  const files = filesOf(one);
  expect([...files.keys()].filter((file) => filesOf(other).get(file) !== files.get(file))).toEqual([]);
  expect(readdirSync(one).sort()).toEqual([
    'hed-directquery',
    'hed-import',
    'k12-directquery',
    'k12-import',
    'parameter.yml',
  ]);
  const data = path.join(one, 'k12-import', 'data');
  const rows = async (name: string): Promise<unknown> => {
    const read = await connection().runAndReadAll(`SELECT count(*)::INTEGER FROM '${data}/${name}'`);
    return read.getRowsJson()[0]?.[0];
  };
  const counted: Record<string, unknown> = {};
  for (const name of readdirSync(data).sort()) counted[name] = await rows(name);
  expect(counted).toEqual({
    'AadGroup.parquet': 105,
    'AadUser.parquet': 460,
    'AadUserPersonMapping.parquet': expect.any(Number) as number,
    'Course.parquet': expect.any(Number) as number,
    'Enrollment.parquet': 1_982,
    'Organization.parquet': 6,
    'Person.parquet': 600,
    'Section.parquet': 100,
    'report_activity.parquet': 8_856,
    'report_calendar.parquet': 19,
    'runs.parquet': expect.any(Number) as number,
  });
  // Roles: one for each of the five schools, and one for all of them.
  expect(readdirSync(path.join(one, 'k12-import/Insights.SemanticModel/definition/roles')).length).toBe(6);
});
