import { json, jsonBody, UnknownOperation, type LocalAnswer, type LocalRequest } from '../http';
import type { Principal } from '../settings';
import type { WorkspacePlace } from './artifacts';
import type { RunHost } from './run-host';

/** Runs of pipelines, as the development endpoint starts, shows and cancels them. */
export class Runs {
  constructor(
    private readonly host: RunHost | undefined,
    private readonly workspace: WorkspacePlace,
  ) {}

  start(pipelineName: string, request: LocalRequest, startedBy: Principal): LocalAnswer {
    const rerun = ['referencePipelineRunId', 'isRecovery', 'startActivityName'].find((name) =>
      request.url.searchParams.has(name),
    );
    if (rerun !== undefined) throw new UnknownOperation(`createRun with ${rerun}: runs are not run again in part`);
    const parameters = jsonBody(request, 'flat');
    return json(202, { runId: this.runner.start({ workspace: this.workspace, pipelineName, parameters, startedBy }) });
  }

  one(runId: string): LocalAnswer {
    return json(200, this.runner.run(this.workspace, runId));
  }

  query(request: LocalRequest): LocalAnswer {
    return json(200, this.runner.queryRuns(this.workspace, jsonBody(request, 'flat')));
  }

  queryTriggers(request: LocalRequest): LocalAnswer {
    return json(200, this.runner.queryTriggerRuns(this.workspace, jsonBody(request, 'flat')));
  }

  activities(pipelineName: string, runId: string, request: LocalRequest): LocalAnswer {
    return json(200, this.runner.queryActivities(this.workspace, pipelineName, runId, jsonBody(request, 'flat')));
  }

  cancel(runId: string, request: LocalRequest): LocalAnswer {
    this.runner.cancel(this.workspace, runId, request.url.searchParams.get('isRecursive') === 'true');
    return { status: 200 };
  }

  private get runner(): RunHost {
    if (this.host === undefined) throw new UnknownOperation('running pipelines: nothing that runs them was given');
    return this.host;
  }
}
