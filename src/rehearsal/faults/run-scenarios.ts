import { cancelRun, countRuns, endLease, refuseSql } from './interference';
import { recovered, stopped, type FaultScenario } from './scenario';
import type { FaultStage } from './stage';

/** Fails what a notebook does, once or always. */
function failNotebook(stage: FaultStage, times: number, afterIt: boolean): void {
  let failures = 0;
  stage.bench.portFaults.notebook = async (_, run) => {
    if (failures >= times) return run();
    failures += 1;
    stage.strike();
    if (afterIt) await run();
    throw new Error('The Spark session ended unexpectedly.');
  };
}

/** What goes wrong in a run: the notebook, the SQL databases, the clock, the run itself. */
export const runScenarios: readonly FaultScenario[] = [
  {
    name: 'session-lost-at-start',
    area: 'run',
    fault: 'The Spark session is lost before the notebook does anything.',
    outcome: recovered,
    arrange: (stage) => failNotebook(stage, 1, false),
  },
  {
    name: 'session-lost-at-end',
    area: 'run',
    fault: 'The Spark session is lost after everything is written and before that is told.',
    outcome: recovered,
    arrange: (stage) => failNotebook(stage, 1, true),
  },
  {
    name: 'session-always-lost',
    area: 'run',
    fault: 'The Spark session is lost in the second try as well.',
    outcome: stopped('RUN_FAILED', /at activity Run all steps\. .*The Spark session ended unexpectedly/),
    arrange: (stage) => failNotebook(stage, 2, false),
  },
  {
    name: 'crash-between-tables',
    area: 'run',
    fault: 'The notebook dies between two tables, and so does its second try; the lock stays behind.',
    outcome: stopped('RUN_FAILED', /LAKE_STORE_FAILED|LAKE_LOCKED/),
    arrange: (stage) => {
      const path = new RegExp(`^/oea/sandboxes/${stage.workspace}/`);
      const host = /\.blob\.core\.windows\.net$/;
      let commits = 0;
      stage.bench.portFaults.notebook = async (_, run) => {
        // Everything after the third commit finds no answer: the lock is not released either.
        const commit = { source: 'identity', host, method: 'PUT', path: /_delta_log/ } as const;
        if (commits++ === 0) {
          stage.break({ ...commit, fault: { kind: 'reset' }, after: 3, times: 1 });
          stage.break({ source: 'identity', host, path, fault: { kind: 'reset' }, after: 60, times: 10_000 });
        }
        return run();
      };
    },
    mend: endLease,
  },
  {
    name: 'sql-refused-once',
    area: 'run',
    fault: 'The SQL endpoint refuses the first statement.',
    outcome: recovered,
    arrange: (stage) => refuseSql(stage, 1),
  },
  {
    name: 'sql-refused',
    area: 'run',
    fault: 'The SQL endpoint refuses every statement.',
    outcome: stopped('RUN_FAILED', /Login failed for the workspace/),
    arrange: (stage) => refuseSql(stage, Infinity),
  },
  {
    name: 'duplicate-trigger',
    area: 'run',
    fault: 'A trigger fires twice: two runs of the same day are started at once.',
    outcome: recovered,
    arrange: () => undefined,
    act: async (stage) => {
      const runs = [stage.run(), stage.run({ dataShareDirectory: stage.directory })];
      await Promise.all(runs.map((run) => stage.outlives(run)));
    },
    happened: async (stage) => (await countRuns(stage)) === 2,
  },
  {
    name: 'run-cancelled',
    area: 'run',
    fault: 'Somebody cancels the run while the notebook works.',
    outcome: stopped('RUN_CANCELLED', /was cancelled/),
    arrange: (stage) => {
      stage.bench.portFaults.notebook = async (request, run) => {
        await cancelRun(stage, request.pipelineRunId);
        stage.strike();
        return stage.outlives(run());
      };
    },
  },
  {
    name: 'clock-ahead',
    area: 'run',
    fault: 'The clock of the service is a quarter of an hour ahead.',
    outcome: recovered,
    arrange: (stage) => void (stage.bench.portFaults.skewMilliseconds = 15 * 60_000),
    happened: () => true,
  },
  {
    name: 'clock-behind',
    area: 'run',
    fault: 'The clock of the service is a quarter of an hour behind.',
    outcome: recovered,
    arrange: (stage) => void (stage.bench.portFaults.skewMilliseconds = -15 * 60_000),
    happened: () => true,
  },
];
