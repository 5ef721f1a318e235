import { record } from './azure-errors';
import type { RestClient } from './rest-client';

export type RunStatus = 'Queued' | 'InProgress' | 'Succeeded' | 'Failed' | 'Canceling' | 'Cancelled';

export interface PipelineRun {
  readonly runId: string;
  readonly pipelineName: string;
  readonly status: RunStatus;
  readonly message: string;
  /** Upper-cased ARM path of the run, where the service gives one. */
  readonly id?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ActivityRun {
  readonly activityName: string;
  readonly activityType: string;
  readonly activityRunId: string;
  readonly status: string;
  /** Of a failed one: code and words of the service. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Of ExecutePipeline: the run that it started. */
  readonly childRunId?: string;
  readonly pipelineName: string;
}

/** From when to when runs were last updated, ISO 8601. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const apiVersion = '2020-12-01';

/** The few calls of a workspace's development endpoint that operations make. */
export class SynapseClient {
  constructor(
    private readonly client: RestClient,
    /** `https://<workspace>.dev.azuresynapse.net`. */
    private readonly endpoint: string,
  ) {}

  /** Asks something that needs both the endpoint and a role of the caller. */
  async probe(): Promise<void> {
    await this.client.send({ method: 'GET', url: this.url('pipelines') });
  }

  /** Starts a run and returns its id. Never sent twice: a lost answer is an error, AZURE_UNREACHABLE. */
  async createRun(pipeline: string, parameters: Readonly<Record<string, string>>): Promise<string> {
    const { body } = await this.client.send({
      method: 'POST',
      url: this.url(`pipelines/${encodeURIComponent(pipeline)}/createRun`),
      body: parameters,
      once: true,
    });
    return text(record(body)['runId']);
  }

  async run(runId: string): Promise<PipelineRun> {
    const { body } = await this.client.send({ method: 'GET', url: this.url(`pipelineruns/${runId}`) });
    return toPipelineRun(body);
  }

  /** Runs of one pipeline that were updated in the period, newest first. */
  async runsOf(pipeline: string, period: Period): Promise<readonly PipelineRun[]> {
    const filters = [{ operand: 'PipelineName', operator: 'Equals', values: [pipeline] }];
    const orderBy = [{ orderBy: 'RunStart', order: 'DESC' }];
    const runs = await this.query('queryPipelineRuns', period, { filters, orderBy });
    return runs.map(toPipelineRun);
  }

  /** Runs of any pipeline that have not ended and were updated in the period. */
  async goingRuns(period: Period): Promise<readonly PipelineRun[]> {
    const filters = [{ operand: 'Status', operator: 'In', values: ['Queued', 'InProgress', 'Canceling'] }];
    return (await this.query('queryPipelineRuns', period, { filters })).map(toPipelineRun);
  }

  async activities(run: Pick<PipelineRun, 'runId' | 'pipelineName'>, period: Period): Promise<readonly ActivityRun[]> {
    const path = `pipelines/${encodeURIComponent(run.pipelineName)}/pipelineruns/${run.runId}/queryActivityruns`;
    return (await this.query(path, period, {})).map(toActivityRun);
  }

  /** Cancels the run and everything that it started. */
  async cancel(runId: string): Promise<void> {
    await this.client.send({ method: 'POST', url: `${this.url(`pipelineruns/${runId}/cancel`)}&isRecursive=true` });
  }

  private async query(path: string, period: Period, more: object): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    let continuationToken: unknown;
    do {
      const { body } = await this.client.send({
        method: 'POST',
        url: this.url(path),
        body: {
          lastUpdatedAfter: period.from,
          lastUpdatedBefore: period.to,
          ...more,
          ...(continuationToken === undefined ? {} : { continuationToken }),
        },
      });
      const page = record(body);
      found.push(...(Array.isArray(page['value']) ? (page['value'] as readonly unknown[]) : []));
      continuationToken = page['continuationToken'] ?? undefined;
    } while (continuationToken !== undefined);
    return found;
  }

  private url(path: string): string {
    return `${this.endpoint}/${path}?api-version=${apiVersion}`;
  }
}

function toPipelineRun(value: unknown): PipelineRun {
  const { runId, pipelineName, status, message, id, parameters } = record(value);
  return {
    runId: text(runId),
    pipelineName: text(pipelineName),
    status: text(status) as RunStatus,
    message: text(message),
    parameters: record(parameters),
    ...(typeof id === 'string' ? { id } : {}),
  };
}

function toActivityRun(value: unknown): ActivityRun {
  const run = record(value);
  const error = record(run['error']);
  const childRunId = record(run['output'])['pipelineRunId'];
  const [code, message] = [text(error['errorCode']), text(error['message'])];
  return {
    activityName: text(run['activityName']),
    activityType: text(run['activityType']),
    activityRunId: text(run['activityRunId']),
    pipelineName: text(run['pipelineName']),
    status: text(run['status']),
    ...(code === '' && message === '' ? {} : { error: { code, message } }),
    ...(typeof childRunId === 'string' ? { childRunId } : {}),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
