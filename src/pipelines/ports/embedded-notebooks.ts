import { InsightsError } from '../../contract/errors';
import type { ReportMessage, RunReport } from '../../contract/lake-format';
import { LakePaths, shareFolder, testDropFolder } from '../../contract/lake-paths';
import { erasureKeyName, saltName } from '../../contract/salt';
import { defaultDataVersion, parseDataVersion, parseWorkspaceName } from '../../contract/versions';
import type { Catalogue } from '../../catalogue/model';
import { confirmRundate, quarantineRundate } from '../../engine/control';
import { openDatabase } from '../../engine/database';
import type { EngineSettings } from '../../engine/engine-context';
import { processDrop } from '../../engine/process';
import { leaveRunReport } from '../../engine/run-attempts';
import type { LakeStore } from '../../lake/store';
import { verifyLake } from '../../verify/verify-lake';
import type { NotebookRequest, NotebookRunner } from '../ports';
import { landOnly } from './land-only';

export interface EmbeddedNotebookOptions {
  readonly store: LakeStore;
  readonly catalogue: Catalogue;
  readonly settings: EngineSettings;
  /** The salt of a vault's secret: `oeaSalt` for prod, `oeaSalt-<workspace>` for any other (design.md §5). */
  readonly salt: (secretName: string) => Promise<string>;
  /** IANA time zone of day, week and hour (ROW16). @default UTC */
  readonly timeZone?: string;
  readonly progress?: (text: string) => void;
}

/** Parameters of the driver notebook and its siblings; every one has the notebook's own default. */
interface DriverParameters {
  readonly workspace: string;
  readonly version: string;
  readonly testDataSet: string;
  readonly dataShareDirectory: string;
  readonly steps: readonly string[];
  readonly confirmRundate: string;
  readonly quarantineRundate: string;
  readonly quarantineReason: string;
  readonly runId: string;
}

const allSteps = ['land', 'ingest', 'correct', 'refine', 'digital_engagement', 'validate', 'databases'];

/** What each notebook does, in steps of the driver; `Insights_driver` itself is told by a parameter. */
const notebookSteps: Readonly<Record<string, readonly string[] | undefined>> = {
  'Insights_pre-processing': ['land'],
  Insights_ingest: ['ingest', 'correct'],
  Insights_schema_correction: ['correct'],
  Insights_refine: ['refine', 'digital_engagement'],
  Insights_DataValidation: ['validate'],
};

/**
 * Runs the notebooks of Education Insights on the embedded engine, with the parameters and exit values of the notebooks
 * themselves. The engine knows no half-done units: one step of ingest, correct and refine does all three. Lake databases are
 * Spark's, so the step `databases` has nothing to do here; neither has `Insights_maintenance`.
 */
export class EmbeddedNotebooks implements NotebookRunner {
  /** Decisions of runs that a retry must not take again. */
  private readonly decided = new Set<string>();

  constructor(private readonly options: EmbeddedNotebookOptions) {}

  async run(request: NotebookRequest): Promise<string> {
    return request.clock
      .busy(() => this.execute(request))
      .catch((error: unknown) => {
        throw error instanceof InsightsError ? new Error(`${error.code}: ${error.message}`, { cause: error }) : error;
      });
  }

  private async execute(request: NotebookRequest): Promise<string> {
    const { notebook } = request;
    if (notebook === 'Insights_maintenance') return JSON.stringify({ filesFewer: 0, tablesVacuumed: 0 });
    const steps = notebookSteps[notebook] ?? (notebook === 'Insights_driver' ? allSteps : undefined);
    if (steps === undefined) {
      throw new InsightsError(
        'NOTEBOOK_UNKNOWN',
        `The notebook ${notebook} has no counterpart in the embedded engine.`,
      );
    }
    const parameters = readParameters(request, steps);
    if (parameters.steps.join() === 'drop_databases') return JSON.stringify({ dropped: [] });
    const unknown = parameters.steps.filter((step) => !allSteps.includes(step));
    if (unknown.length > 0 || parameters.steps.length === 0) {
      const names = unknown.length > 0 ? `There is no step ${unknown.join(', ')}.` : 'No step is named.';
      throw new InsightsError('USAGE', names);
    }
    const attempt = await this.runSteps(parameters, request.clock.now.bind(request.clock));
    const paths = new LakePaths(parameters.workspace, parameters.version);
    const report = await leaveRunReport(this.options.store, paths, attempt);
    failIfFailed(report);
    return JSON.stringify(report);
  }

  private async runSteps(parameters: DriverParameters, time: () => number): Promise<RunReport> {
    const { store, catalogue, settings, timeZone, progress } = this.options;
    const { workspace, version, steps, runId } = parameters;
    const paths = new LakePaths(workspace, version);
    const salt = await this.options.salt(saltName(workspace, catalogue.profile));
    await this.decide(parameters, paths);
    const processes = ['ingest', 'correct', 'refine', 'digital_engagement'].some((step) => steps.includes(step));
    const drop = steps.includes('land') ? { store, prefix: dropFolder(parameters) } : undefined;
    const common = {
      store,
      paths,
      catalogue,
      settings,
      salt,
      erasureKey: () => this.options.salt(erasureKeyName(workspace)),
      now: () => new Date(time()),
      ...(runId === '' ? {} : { runId }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(progress === undefined ? {} : { progress }),
    };
    const report =
      processes || drop === undefined
        ? await processDrop({
            ...common,
            ...(drop === undefined ? {} : { drop }),
            digitalEngagement: steps.includes('digital_engagement'),
          })
        : await landOnly({ ...common, drop });
    if (!steps.includes('validate')) return report;
    const messages = await this.validate(paths, salt);
    return { ...report, messages: [...report.messages, ...messages] };
  }

  /** Releases held units, or skips what cannot be mended (ROW5, ROW6); once for a run, however often it is tried. */
  private async decide(parameters: DriverParameters, paths: LakePaths): Promise<void> {
    const { confirmRundate: confirmed, quarantineRundate: quarantined, quarantineReason: reason, runId } = parameters;
    const { store } = this.options;
    const once = async (key: string, decide: () => Promise<unknown>): Promise<void> => {
      if (this.decided.has(key)) return;
      await decide();
      this.decided.add(key);
    };
    if (confirmed !== '') {
      await once(`${runId} confirm`, () => confirmRundate({ store, paths, rundate: confirmed }));
    }
    if (quarantined !== '') {
      await once(`${runId} quarantine`, () => quarantineRundate({ store, paths, rundate: quarantined, reason }));
    }
  }

  /** All checks of `insights verify`; each that fails is an error of the run. What waits is none: it waits for the next (ROW3). */
  private async validate(paths: LakePaths, salt: string): Promise<ReportMessage[]> {
    const { store, catalogue } = this.options;
    const database = await openDatabase();
    try {
      const [connection, secondConnection] = database.connections;
      const erasureKey = () => this.options.salt(erasureKeyName(paths.workspace));
      const lake = { store, paths, catalogue, connection, secondConnection };
      const { checks } = await verifyLake({ ...lake, salt, erasureKey });
      return checks
        .filter(({ findings }) => findings.some(({ severity, code }) => severity === 'error' && code !== 'ROW3'))
        .map(({ check }) => ({
          severity: 'error',
          code: 'VALIDATION_FAILED',
          message: `The check "${check}" failed.`,
        }));
    } finally {
      database.close();
    }
  }
}

function readParameters({ parameters, notebook }: NotebookRequest, steps: readonly string[]): DriverParameters {
  const text = (name: string, absent = ''): string => {
    const value = parameters[name] ?? absent;
    return typeof value === 'string' ? value.trim() : JSON.stringify(value);
  };
  const written = notebook === 'Insights_driver' ? text('steps', steps.join()) : steps.join();
  return {
    workspace: parseWorkspaceName(text('workspace', 'dev')),
    version: parseDataVersion(text('version', defaultDataVersion)),
    testDataSet: text('test_data_set'),
    dataShareDirectory: text('data_share_directory'),
    steps: written
      .split(',')
      .map((step) => step.trim())
      .filter((step) => step !== ''),
    confirmRundate: text('confirm_rundate'),
    quarantineRundate: text('quarantine_rundate'),
    quarantineReason: text('quarantine_reason'),
    runId: text('run_id'),
  };
}

/** Workspace `prod` lands from the share; any other one test data, or the share where no set is named. */
function dropFolder({ workspace, testDataSet, dataShareDirectory }: DriverParameters): string {
  if (workspace !== 'prod' && testDataSet !== '') return testDropFolder(testDataSet);
  if (dataShareDirectory !== '') return shareFolder(dataShareDirectory);
  throw new InsightsError('DROP_NOT_FOUND', 'Neither a set of test data nor the folder of a share is named.');
}

/** The pipeline has to fail when the run did, and to name the tables. Everything else is in the report. */
function failIfFailed(report: RunReport): void {
  const errors = report.messages.filter(({ severity }) => severity === 'error');
  if (report.outcome !== 'failed' && errors.length === 0) return;
  const named = [...new Set(errors.map(({ code, table }) => `${code} ${table ?? ''}`.trim()))].sort();
  throw new InsightsError('RUN_FAILED', `Run ${report.runId} failed: ${named.join(', ')}.`);
}
