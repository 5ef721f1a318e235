import type { Artifact, ArtifactKind, JsonObject, JsonValue } from '../../src/artifacts/model';
import type { LakeStore } from '../../src/lake/store';
import { VirtualClock } from '../../src/pipelines/clock';
import { fromJson, type Value } from '../../src/pipelines/expression/value';
import type {
  NotebookRequest,
  PipelinePorts,
  SqlRequest,
  SqlResult,
  WebRequest,
  WebResponse,
} from '../../src/pipelines/ports';
import { publishedFrom } from '../../src/pipelines/published-artifacts';
import { PipelineRunner } from '../../src/pipelines/runner';
import type { ActivityRunRecord, PipelineRunRecord } from '../../src/pipelines/run/records';

/** The start of every test's clock. */
export const start = '2026-01-15T10:30:00.000Z';

export type Json = JsonObject;

/** Ports of a test; what it does not give fails when it is called. */
export interface TestPorts {
  readonly lake?: LakeStore;
  readonly notebook?: (request: NotebookRequest) => Promise<string>;
  readonly sql?: (request: SqlRequest) => Promise<SqlResult>;
  readonly web?: (request: WebRequest) => Promise<WebResponse>;
}

function missing(name: string): () => Promise<never> {
  return async () => {
    throw new Error(`This test gives no ${name}.`);
  };
}

function makePorts({ lake, notebook, sql, web }: TestPorts): PipelinePorts {
  return {
    lake: lake ?? (undefined as never),
    notebooks: { run: notebook ?? missing('notebook') },
    sql: { run: sql ?? missing('SQL') },
    web: { send: web ?? missing('web') },
  };
}

/** A workspace of one test: artifacts by kind and name, a clock that stands, ids that count. */
export class TestWorkspace {
  readonly clock = new VirtualClock(Date.parse(start));
  readonly runner: PipelineRunner;
  private ids = 0;

  constructor(artifacts: Partial<Record<ArtifactKind, Readonly<Record<string, JsonValue>>>>, ports: TestPorts = {}) {
    const list: Artifact[] = Object.entries(artifacts).flatMap(([kind, named]) =>
      Object.entries(named).map(([name, properties]) => ({
        kind: kind as ArtifactKind,
        name,
        properties: properties as JsonObject,
        file: `${kind}/${name}`,
      })),
    );
    this.runner = new PipelineRunner({
      artifacts: publishedFrom(list),
      ports: makePorts(ports),
      clock: this.clock,
      newId: () => `id-${(this.ids += 1)}`,
      random: () => 0,
      workspaceName: 'syn',
      workspaceId: '/workspaces/syn',
    });
  }

  /** Runs a pipeline to its end. */
  async run(pipeline: string, parameters: JsonObject = {}): Promise<PipelineRunRecord> {
    const runId = this.runner.createRun(pipeline, fromJson(parameters) as Readonly<Record<string, Value>>);
    return this.runner.finished(runId);
  }

  activities(run: PipelineRunRecord): readonly ActivityRunRecord[] {
    return this.runner.activityRuns(run.runId);
  }

  /** `name: status` of every attempt, in the order in which they began. */
  statuses(run: PipelineRunRecord): string[] {
    return this.activities(run).map(({ activityName, status }) => `${activityName}: ${status}`);
  }

  /** What an activity of a run put out: that of its last attempt. */
  output(run: PipelineRunRecord, activity: string): JsonValue | undefined {
    return this.activities(run)
      .filter(({ activityName }) => activityName === activity)
      .at(-1)?.output;
  }

  error(run: PipelineRunRecord, activity: string): { readonly code: string; readonly message: string } | undefined {
    const error = this.activities(run)
      .filter(({ activityName }) => activityName === activity)
      .at(-1)?.error;
    return error === undefined ? undefined : { code: error.errorCode, message: error.message };
  }
}

/** A workspace with one pipeline, `main`, of these activities. */
export function onePipeline(
  activities: readonly Json[],
  more: Json = {},
  ports: TestPorts = {},
  others: Readonly<Record<string, JsonValue>> = {},
): TestWorkspace {
  return new TestWorkspace({ pipelines: { main: { activities, ...more }, ...others } }, ports);
}

export function activity(name: string, type: string, typeProperties: Json = {}, more: Json = {}): Json {
  return { name, type, typeProperties, ...more };
}

const conditionNames = new Set(['Succeeded', 'Failed', 'Skipped', 'Completed']);

/** `dependsOn` of an activity: `after('A')`, `after('A Failed', 'B Completed')`. */
export function after(...dependencies: readonly string[]): Json {
  return {
    dependsOn: dependencies.map((text) => {
      const words = text.split(' ');
      const conditions = words.filter((word) => conditionNames.has(word));
      const name = words.filter((word) => !conditionNames.has(word)).join(' ');
      return { activity: name, dependencyConditions: conditions.length === 0 ? ['Succeeded'] : conditions };
    }),
  };
}

export const expression = (value: string): Json => ({ value, type: 'Expression' });

export const setVariable = (name: string, variableName: string, value: JsonValue, more: Json = {}): Json =>
  activity(name, 'SetVariable', { variableName, value }, more);

export const waitSeconds = (name: string, seconds: number, more: Json = {}): Json =>
  activity(name, 'Wait', { waitTimeInSeconds: seconds }, more);

export const failWith = (name: string, message: string, more: Json = {}): Json =>
  activity(name, 'Fail', { message, errorCode: '500' }, more);

/** Reads a variable at the end, as the output of an activity. */
export const readVariable = (name: string, ...afterNames: string[]): Json =>
  activity(
    'Read',
    'Filter',
    { items: expression(`@createArray(variables('${name}'))`), condition: expression('@true') },
    after(...afterNames),
  );
