import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { isRatio } from '../../src/powerbi/measures/measure';
import { measures } from '../../src/powerbi/measures/measures';
import { countedMeasures, measureQuery } from '../../src/powerbi/measures/sql';
import { shownValue } from '../../src/powerbi/measures/suppression';
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
  const args = ['powerbi', '--env', 'dev', '--out'];
  expect(await runCli([...args, one], captured())).toBe(0);
  expect(await runCli([...args, other, '--variant', 'k12-import'], captured())).toBe(0);
  expect([...filesOf(path.join(one, 'k12-import'))]).toEqual([...filesOf(path.join(other, 'k12-import'))]);
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
    // A day more than in the institution's own time: the environment's zone is UTC.
    'report_calendar.parquet': 20,
    'runs.parquet': expect.any(Number) as number,
  });
  // What Power BI will count gives the golden numbers, but for those that depend on the time zone.
  const names = measures.flatMap((measure) => (isRatio(measure) || measure.fact !== 'activity' ? [] : [measure.name]));
  const ofSignals = countedMeasures(names).get('activity') ?? [];
  const sql = measureQuery({ relation: `'${data}/report_activity.parquet'`, fact: 'activity', measures: ofSignals });
  const [row = {}] = (await connection().runAndReadAll(sql)).getRowObjects();
  const golden = JSON.parse(readFileSync(path.join(__dirname, '../powerbi/golden/k12.json'), 'utf8')) as {
    readonly cards: readonly [Readonly<Record<string, unknown>>];
  };
  const zoned = ['Days', 'Latest Activity'];
  const different = names.filter((name) => {
    const [value, expected] = [shownValue(name, row), golden.cards[0][name]];
    const isSame = typeof value === 'number' ? Math.abs(value - Number(expected)) < 0.001 : value === expected;
    return !isSame && !zoned.includes(name);
  });
  expect(different).toEqual([]);
  // Roles: one for each of the five schools, and one for all of them.
  expect(readdirSync(path.join(one, 'k12-import/Insights.SemanticModel/definition/roles')).length).toBe(6);
}, 300_000);
