import {
  isJson,
  json,
  jsonBody,
  list,
  ServiceError,
  text,
  UnknownOperation,
  type Json,
  type LocalAnswer,
  type LocalRequest,
} from '../http';
import type { Principal } from '../settings';
import type { RunHost } from './run-host';

const pageSize = 100;

/** Runs of pipelines, as the development endpoint starts, shows and cancels them. */
export class Runs {
  constructor(
    private readonly host: RunHost | undefined,
    private readonly workspace: string,
  ) {}

  start(pipelineName: string, request: LocalRequest, startedBy: Principal): LocalAnswer {
    const parameters = jsonBody(request, 'flat');
    return json(202, { runId: this.runner.start({ workspace: this.workspace, pipelineName, parameters, startedBy }) });
  }

  one(runId: string): LocalAnswer {
    return json(200, this.existing(runId));
  }

  query(request: LocalRequest): LocalAnswer {
    const body = jsonBody(request, 'flat');
    return page(body, within(body, this.runner.runs(this.workspace), 'lastUpdated'));
  }

  activities(runId: string, request: LocalRequest): LocalAnswer {
    this.existing(runId);
    const body = jsonBody(request, 'flat');
    return page(body, within(body, this.runner.activities(this.workspace, runId), 'activityRunStart'));
  }

  cancel(runId: string, request: LocalRequest): LocalAnswer {
    this.existing(runId);
    this.runner.cancel(this.workspace, runId, request.url.searchParams.get('isRecursive') === 'true');
    return { status: 200 };
  }

  private existing(runId: string): Json {
    const found = this.runner.run(this.workspace, runId);
    if (found !== undefined) return found;
    throw new ServiceError(404, 'PipelineRunNotFound', `The pipeline run ${runId} was not found.`, 'flat');
  }

  private get runner(): RunHost {
    if (this.host === undefined) throw new UnknownOperation('running pipelines: nothing that runs them was given');
    return this.host;
  }
}

/** Times are required, and filters narrow the list further. */
function within(body: Json, all: readonly Json[], member: string): readonly Json[] {
  const [after, before] = [text(body['lastUpdatedAfter']), text(body['lastUpdatedBefore'])];
  if (after === '' || before === '') {
    throw new ServiceError(400, 'BadRequest', 'lastUpdatedAfter and lastUpdatedBefore are required.', 'flat');
  }
  const inTime = all.filter((run) => {
    const at = Date.parse(text(run[member]));
    return Number.isNaN(at) || (at >= Date.parse(after) && at <= Date.parse(before));
  });
  return list(body['filters']).reduce<readonly Json[]>(
    (found, filter) => (isJson(filter) ? narrowed(found, filter) : found),
    inTime,
  );
}

/** Which member of a run an operand of a filter looks at. */
const operands: Readonly<Record<string, string>> = {
  PipelineName: 'pipelineName',
  Status: 'status',
  RunId: 'runId',
  ActivityName: 'activityName',
  ActivityType: 'activityType',
};

function narrowed(runs: readonly Json[], filter: Json): readonly Json[] {
  const member = operands[text(filter['operand'])];
  const operator = text(filter['operator']);
  if (member === undefined || !['Equals', 'NotEquals', 'In', 'NotIn'].includes(operator)) {
    throw new UnknownOperation(`filter ${text(filter['operand'])} ${operator}`);
  }
  const values = list(filter['values']);
  return runs.filter((run) => values.includes(run[member]) === !operator.startsWith('Not'));
}

function page(body: Json, found: readonly Json[]): LocalAnswer {
  const [order] = list(body['orderBy']);
  const ordered = [...found];
  if (isJson(order) && order['orderBy'] === 'RunStart') {
    const sign = order['order'] === 'DESC' ? -1 : 1;
    ordered.sort((left, right) => (text(left['runStart']) < text(right['runStart']) ? -sign : sign));
  }
  const from = Number(body['continuationToken'] ?? 0);
  const isMore = ordered.length > from + pageSize;
  return json(200, {
    value: ordered.slice(from, from + pageSize),
    ...(isMore ? { continuationToken: `${from + pageSize}` } : {}),
  });
}
