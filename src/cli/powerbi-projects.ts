import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadCatalogue } from '../catalogue/load';
import { databaseNames } from '../contract/database-names';
import { deployedNames } from '../contract/deployed-names';
import type { Environment } from '../contract/environment';
import { InsightsError } from '../contract/errors';
import { LakePaths } from '../contract/lake-paths';
import { lakeWorkspaces } from '../contract/lake-workspaces';
import { testDataFolder } from '../contract/project-folders';
import { checkProject } from '../powerbi/check/check-project';
import { parameterFile, type DeployedData } from '../powerbi/project/parameter-file';
import { powerBiProject, projectFolder } from '../powerbi/project/project';
import type { ModelParameters, School } from '../powerbi/project/semantic-model-files';
import type { ReportSet } from '../powerbi/report/report';
import { readSchools, withSetLake, writeImportedData, type ReportLake } from './imported-data';
import { withStore, type LakeLocation } from './lake-session';
import { projectVariants, type ProjectVariant } from './project-variants';

export interface ProjectsRequest {
  readonly environment: Environment;
  /** All of them: each has its values in `parameter.yml`. */
  readonly environments: readonly Environment[];
  readonly projectRoot: string;
  readonly out: string;
  readonly variants: readonly ProjectVariant[];
  /** Instead of the committed test data, and for the roles of DirectQuery. */
  readonly lake?: LakeLocation;
  readonly workspace?: string;
  readonly version?: string;
  /** Where the data files will lie on the machine with Power BI Desktop. */
  readonly dataFolder?: string;
  readonly progress: (text: string) => void;
}

export interface WrittenProject {
  readonly variant: ProjectVariant;
  readonly folder: string;
  readonly files: number;
  /** One for each school, and one for all of them. */
  readonly roles: number;
  /** Rows by data file; undefined for DirectQuery. */
  readonly rows: Readonly<Record<string, number>> | undefined;
}

/**
 * Writes projects, each in a folder of its own below `out`, and `parameter.yml` beside those that can be deployed. A project that is there is
 * written anew, so that nothing of an older one stays.
 * @throws InsightsError POWERBI_FOLDER_TAKEN before anything is written, POWERBI_PROJECT_WRONG, POWERBI_REAL_DATA
 */
export async function writeProjects(request: ProjectsRequest): Promise<readonly WrittenProject[]> {
  const { environment, environments, out, variants, projectRoot } = request;
  const folders = variants.map((variant) => path.join(out, variant));
  folders.forEach(refuseTaken);
  const paths = pathsOf(environment, request.workspace, request.version);
  const deployed = deployedData(environment, paths);
  const theme = readFileSync(path.join(projectRoot, 'assets', 'powerbi', 'InsightsTheme.json'), 'utf8');
  const written: WrittenProject[] = [];
  for (const variant of variants) {
    const { set, mode } = projectVariants[variant];
    const folder = path.join(out, projectFolder(set, mode));
    request.progress(`${variant}: writing the project`);
    clear(folder);
    const isImport = mode === 'import';
    const { schools, rows } = await fromLake(request, set, paths, isImport, path.join(folder, 'data'));
    const parameters: ModelParameters = isImport
      ? { mode, dataFolder: request.dataFolder ?? defaultDataFolder(folder, variant) }
      : { mode, ...deployed };
    const files = powerBiProject({ set, catalogue: loadCatalogue('strict'), parameters, schools, theme });
    refuseFindings(files, folder);
    for (const [name, text] of files) writeText(path.join(folder, name), text);
    written.push({ variant, folder, files: files.size, roles: schools.length + 1, rows });
  }
  const deployable = variants.filter((variant) => projectVariants[variant].mode === 'directQuery');
  if (deployable.length > 0) {
    const targets = environments.map((one): [string, DeployedData] => [one.name, deployedData(one, pathsOf(one))]);
    writeText(path.join(out, 'parameter.yml'), parameterFile(new Map(targets), deployable));
  }
  return written;
}

/** Schools, and for an imported model its data: from the lake that was named, else from the committed set. */
async function fromLake(
  request: ProjectsRequest,
  set: ReportSet,
  paths: LakePaths,
  isImport: boolean,
  dataFolder: string,
): Promise<{ readonly schools: readonly School[]; readonly rows: WrittenProject['rows'] }> {
  const { timeZone } = request.environment.lake;
  const read = async (lake: ReportLake) => ({
    rows: isImport ? (await writeImportedData(lake, dataFolder)).rows : undefined,
    schools: await readSchools(lake),
  });
  if (request.lake !== undefined) return withStore(request.lake, (store) => read({ store, paths, timeZone }));
  if (!isImport) return { schools: [], rows: undefined };
  request.progress(`${set}: processing the test data`);
  const test = new LakePaths('dev', request.environment.dataVersion);
  const folder = testDataFolder(request.projectRoot, set);
  return withSetLake(set, { folder, paths: test, timeZone }, read);
}

function pathsOf(environment: Environment, workspace?: string, version?: string): LakePaths {
  return new LakePaths(workspace ?? lakeWorkspaces(environment).scheduled, version ?? environment.dataVersion);
}

function deployedData(environment: Environment, paths: LakePaths): DeployedData {
  const { synapseWorkspace, storageAccount } = deployedNames(environment);
  return {
    server: `${synapseWorkspace}-ondemand.sql.azuresynapse.net`,
    database: databaseNames(paths.workspace, paths.version).serverless,
    runsFolder: `https://${storageAccount}.dfs.core.windows.net/${path.posix.dirname(paths.runReport('any'))}`,
  };
}

/** Power BI Desktop runs on Windows: there the folder itself, elsewhere one to copy the data to. */
function defaultDataFolder(folder: string, variant: ProjectVariant): string {
  return process.platform === 'win32' ? path.resolve(folder, 'data') : `C:\\Insights\\${variant}\\data`;
}

function refuseTaken(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0 || existsSync(path.join(folder, 'Insights.pbip'))) return;
  throw new InsightsError('POWERBI_FOLDER_TAKEN', 'The folder of a project holds something else.', {
    place: { file: folder },
  });
}

/** A project that Power BI could not open, or that shows what it must not, is not written. */
export function refuseFindings(files: ReadonlyMap<string, string>, folder: string): void {
  const findings = checkProject(files);
  if (findings.length === 0) return;
  const list = findings.map(({ rule, file, message }) => `  ${rule}: ${file}: ${message}`).join('\n');
  throw new InsightsError('POWERBI_PROJECT_WRONG', `The project does not hold together.\n${list}`, {
    place: { file: folder },
  });
}

function clear(folder: string): void {
  for (const part of ['Insights.Report', 'Insights.SemanticModel', 'data']) {
    rmSync(path.join(folder, part), { recursive: true, force: true });
  }
}

function writeText(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
