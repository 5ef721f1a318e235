import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { refuseFindings } from '../../src/cli/powerbi-projects';
import { runCli } from '../../src/cli/program';
import { errorCatalogue, type ErrorCode } from '../../src/contract/error-catalogue';
import { refusal } from '../support/refusal';
import { useTemporaryFolders } from '../support/temporary-folder';
import { captured } from './captured';

const temporaryFolder = useTemporaryFolders();

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(path.join(folder, file)).isFile(),
  );

const told = (code: ErrorCode, message: string, place: string): string =>
  `${code}: ${message}\n  where: ${place}\n  next:  ${errorCatalogue[code].nextStep}\n`;

test('writes DirectQuery projects of an environment, and what deploys them', async () => {
  const out = path.join(await temporaryFolder(), 'reports');
  const surroundings = captured();
  const variants = ['--variant', 'k12-directquery', 'hed-directquery'];
  expect(await runCli(['powerbi', '--env', 'dev', '--out', out, ...variants, '--json'], surroundings)).toBe(0);
  const { result } = JSON.parse(surroundings.printed().stdout) as { result: unknown };
  expect(result).toEqual({
    environment: 'dev',
    projects: ['k12-directquery', 'hed-directquery'].map((variant) => ({
      variant,
      folder: path.join(out, variant),
      files: filesBelow(path.join(out, variant)).length,
      roles: 1,
    })),
  });
  expect(readdirSync(out).sort()).toEqual(['hed-directquery', 'k12-directquery', 'parameter.yml']);
  const model = path.join(out, 'hed-directquery/Insights.SemanticModel/definition');
  expect(readFileSync(path.join(model, 'expressions.tmdl'), 'utf8').match(/^expression .*(?= meta)/gm)).toEqual([
    'expression Server = "syn-oea-insightsdev-ondemand.sql.azuresynapse.net"',
    'expression Database = "sdb_dev_s2r_m365_v1p14"',
    'expression RunsFolder = "https://stoeainsightsdev.dfs.core.windows.net/oea/reports/dev/runs"',
  ]);
});

test('writes a project anew, and leaves what is no project alone', async () => {
  const out = await temporaryFolder();
  const args = ['powerbi', '--env', 'dev', '--out', out, '--variant', 'k12-directquery'];
  await runCli(args, captured());
  const stale = path.join(out, 'k12-directquery/Insights.Report/definition/pages/old/page.json');
  mkdirSync(path.dirname(stale), { recursive: true });
  writeFileSync(stale, '{}');
  expect(await runCli(args, captured())).toBe(0);
  expect(existsSync(stale)).toBe(false);

  const other = await temporaryFolder();
  const taken = path.join(other, 'k12-directquery');
  mkdirSync(taken);
  writeFileSync(path.join(taken, 'thesis.docx'), '');
  const surroundings = captured();
  expect(await runCli(['powerbi', '--env', 'dev', '--out', other], surroundings)).toBe(2);
  expect(surroundings.printed().stderr).toBe(
    told('POWERBI_FOLDER_TAKEN', 'The folder of a project holds something else.', taken),
  );
  expect(readdirSync(other)).toEqual(['k12-directquery']);
});

test('CELL5: workspace prod is not imported', async () => {
  const [out, lake] = [await temporaryFolder(), await temporaryFolder()];
  const surroundings = captured();
  const args = ['--out', out, '--lake', lake, '--workspace', 'prod', '--variant', 'k12-import'];
  expect(await runCli(['powerbi', '--env', 'dev', ...args], surroundings)).toBe(2);
  expect(surroundings.printed().stderr).toContain(
    `POWERBI_REAL_DATA: An imported model would hold a copy of workspace prod.\n  next:  ${errorCatalogue.POWERBI_REAL_DATA.nextStep}\n`,
  );
  expect(readdirSync(out)).toEqual([]);
});

test('a project that does not hold together is refused, with every finding', () => {
  const files = new Map([['Insights.Report/definition.pbir', '{ "datasetReference": {} }']]);
  expect(refusal(() => refuseFindings(files, 'reports/k12-import'))).toBe(
    told(
      'POWERBI_PROJECT_WRONG',
      'The project does not hold together.\n  model: Insights.Report/definition.pbir: It has 0 references to a model and needs one.',
      'reports/k12-import',
    ).trimEnd(),
  );
});
