import { InsightsError } from '../../src/contract/errors';
import type { RunPipelineInput } from '../../src/operations/contracts';
import { runPipeline, type RunService } from '../../src/operations/run-pipeline';
import type { ActivityRun, PipelineRun } from '../../src/operations/synapse-client';
import { thrownBy } from '../support/thrown';
import { fakePorts } from './operation-fakes';

const input: RunPipelineInput = {
  workspaceName: 'syn-oea-dev',
  developmentEndpoint: 'https://syn-oea-dev.dev.azuresynapse.net',
  pipelineName: '0_main_insights',
  parameters: { workspace: 'dev' },
  timeoutMinutes: 60,
  contentHash: 'h',
  onInterrupt: 'cancel',
};
const page = 'https://web.azuresynapse.net/en/monitoring/pipelineruns/run-1';
const armId =
  '/SUBSCRIPTIONS/S/RESOURCEGROUPS/RG-OEA-DEV/PROVIDERS/MICROSOFT.SYNAPSE/WORKSPACES/SYN-OEA-DEV/PIPELINERUNS/RUN-1';
const link = `${page}?workspace=${encodeURIComponent('/subscriptions/s/resourceGroups/rg-oea-dev/providers/Microsoft.Synapse/workspaces/syn-oea-dev')}`;

const refused = (status: number): InsightsError =>
  new InsightsError('AZURE_REFUSED', `${status}`, { details: { status } });
const lost = new InsightsError('AZURE_UNREACHABLE', 'No answer.');

function activity(name: string, status: string, more: Partial<ActivityRun> = {}): ActivityRun {
  const { activityType = 'SynapseNotebook', pipelineName = '0_main_insights' } = more;
  return { activityRunId: `id ${name}`, activityName: name, activityType, pipelineName, status, ...more };
}

/** One poll: what the run is then, and its activities by the run that holds them. */
interface Moment {
  readonly status: PipelineRun['status'] | InsightsError;
  readonly activities?: Readonly<Record<string, readonly ActivityRun[]>>;
  readonly message?: string;
  readonly id?: string;
}

class FakeRuns implements RunService {
  readonly calls: string[] = [];
  started: (string | InsightsError)[] = ['run-1'];
  known: PipelineRun[] = [];
  private moment: Moment = { status: 'Queued' };
  constructor(private readonly moments: Moment[]) {}

  async createRun(pipeline: string, parameters: object): Promise<string> {
    this.calls.push(`create ${pipeline} ${JSON.stringify(parameters)}`);
    const answer = this.started.shift();
    if (answer instanceof InsightsError) throw answer;
    return answer ?? 'another run';
  }

  async run(runId: string): Promise<PipelineRun> {
    if (runId === 'run-1') this.moment = this.moments.shift() ?? this.moment;
    const { status, message = '', id } = this.moment;
    if (status instanceof InsightsError) throw status;
    return { runId, pipelineName: `of ${runId}`, status, message, parameters: {}, ...(id === undefined ? {} : { id }) };
  }

  async runsOf(pipeline: string, period: { from: string; to: string }): Promise<readonly PipelineRun[]> {
    this.calls.push(`look for ${pipeline} from ${period.from}`);
    return this.known;
  }

  async activities(run: { runId: string; pipelineName: string }): Promise<readonly ActivityRun[]> {
    expect(run.pipelineName).toBe(`of ${run.runId}`);
    return this.moment.activities?.[run.runId] ?? [];
  }

  async cancel(runId: string): Promise<void> {
    this.calls.push(`cancel ${runId}`);
  }
}

function started(...moments: Moment[]) {
  const service = new FakeRuns(moments);
  return { ...fakePorts(), service };
}

const child = { activityType: 'ExecutePipeline', childRunId: 'run-2' };

test('prints each change of an activity once, those of started pipelines too', async () => {
  const ports = started(
    { status: 'Queued' },
    { status: 'InProgress', activities: { 'run-1': [activity('Prepare', 'InProgress')] } },
    { status: 'InProgress', activities: { 'run-1': [activity('Prepare', 'InProgress')] } },
    {
      status: 'InProgress',
      activities: {
        'run-1': [activity('Prepare', 'Succeeded'), activity('Refine', 'InProgress', child)],
        'run-2': [activity('Driver', 'InProgress')],
      },
    },
    {
      status: 'Succeeded',
      activities: {
        'run-1': [activity('Prepare', 'Succeeded'), activity('Refine', 'Succeeded', child)],
        'run-2': [activity('Driver', 'Succeeded')],
      },
    },
  );
  expect(await runPipeline(input, ports)).toEqual({ runId: 'run-1', status: 'Succeeded', durationSeconds: 1 });
  expect(ports.lines).toEqual([
    'Run run-1 of 0_main_insights started.',
    'Prepare: InProgress',
    'Prepare: Succeeded',
    'Refine: InProgress',
    'Refine > Driver: InProgress',
    'Refine: Succeeded',
    'Refine > Driver: Succeeded',
  ]);
  expect(ports.service.calls).toEqual(['create 0_main_insights {"workspace":"dev"}']);
});

test('polls less and less often while nothing changes, and never waits much longer than the run has taken', async () => {
  const ports = started(...Array.from({ length: 40 }, () => ({ status: 'InProgress' as const })), {
    status: 'Succeeded',
  });
  await runPipeline(input, ports);
  const { waits } = ports.clock;
  expect(waits.slice(0, 4).map(Math.round)).toEqual([240, 288, 346, 415]);
  expect(waits.at(-1)).toBe(30_000);
  const passed = waits.map((_, index) => waits.slice(0, index).reduce((sum, wait) => sum + wait, 1000));
  expect(waits.filter((wait, index) => wait > 0.25 * (passed[index] ?? 0))).toEqual([]);
});

test('a failure names the deepest failing activity, its error and where to look', async () => {
  const error = { code: '6002', message: 'LEDGER_BROKEN: the ledger.\n  at frame' };
  const ports = started({
    status: 'Failed',
    message: 'Operation on target Refine failed',
    id: armId,
    activities: {
      'run-1': [activity('Each', 'Failed', { activityType: 'ForEach' }), activity('Refine', 'Failed', child)],
      'run-2': [activity('Driver', 'Failed', { error })],
    },
  });
  expect(await thrownBy(() => runPipeline(input, ports))).toEqual({
    code: 'RUN_FAILED',
    message: 'Run run-1 of 0_main_insights failed at activity Refine > Driver. 6002: LEDGER_BROKEN: the ledger.',
    place: { path: link },
  });
});

test.each([
  [
    'RUN_FAILED: Run a failed: REJECT_THRESHOLD AadUser.',
    'See what to do about REJECT_THRESHOLD: insights explain REJECT_THRESHOLD. ',
  ],
  ['RUN_FAILED: Run a failed: OUT_OF_LUCK.', ''],
])('a failure with the words %j says what helps', async (message, more) => {
  const activities = { 'run-1': [activity('Driver', 'Failed', { error: { code: '6002', message } })] };
  const error = await runPipeline(input, started({ status: 'Failed', id: armId, activities })).catch(
    (thrown: unknown) => thrown,
  );
  const always =
    'Open the run at the link above; its report in oea/reports says what was done, and each message there has a code.';
  expect((error as InsightsError).nextStep).toBe(`${more}${always}`);
});

test('a failure without a failed activity gives the words of the run', async () => {
  expect(await thrownBy(() => runPipeline(input, started({ status: 'Failed', message: 'Out of capacity' })))).toEqual({
    code: 'RUN_FAILED',
    message: 'Run run-1 of 0_main_insights failed. Out of capacity.',
    place: { path: page },
  });
  expect((await thrownBy(() => runPipeline(input, started({ status: 'Failed' })))).message).toBe(
    'Run run-1 of 0_main_insights failed. The service gave no reason.',
  );
});

test('a run that somebody cancelled', async () => {
  expect(await thrownBy(() => runPipeline(input, started({ status: 'Cancelled' })))).toEqual({
    code: 'RUN_CANCELLED',
    message: 'Run run-1 of 0_main_insights was cancelled.',
    place: { path: page },
  });
});

test('a run that takes too long is cancelled, and has ended when this is said', async () => {
  const ports = started(
    { status: 'InProgress' },
    { status: 'InProgress' },
    { status: 'Canceling' },
    { status: 'Cancelled' },
  );
  expect(await thrownBy(() => runPipeline({ ...input, timeoutMinutes: 0.005 }, ports))).toEqual({
    code: 'RUN_TIMED_OUT',
    message: 'Run run-1 of 0_main_insights took longer than 0.005 minutes and was cancelled.',
    place: { path: page },
  });
  expect(ports.service.calls.slice(1)).toEqual(['cancel run-1']);
});

test.each([
  [
    'cancel',
    ['cancel run-1'],
    'Run run-1 was cancelled. Run the same command again: the lake continues from what is committed.',
  ],
  ['leave', [], `Run run-1 goes on; follow it at ${page}.`],
] as const)('an interrupt with %s', async (onInterrupt, calls, nextStep) => {
  const interruption = new AbortController();
  const ports = { ...started({ status: 'InProgress' }, { status: 'Cancelled' }), signal: interruption.signal };
  ports.clock.wait = async () => interruption.abort();
  const error = await runPipeline({ ...input, onInterrupt }, ports).catch((thrown: unknown) => thrown as InsightsError);
  expect(error).toMatchObject({ code: 'OPERATION_INTERRUPTED', nextStep });
  expect(ports.service.calls.slice(1)).toEqual(calls);
});

test('a run that the service does not know yet is waited for, but not for ever', async () => {
  const ports = started({ status: refused(404) }, { status: refused(404) }, { status: 'Succeeded' });
  expect((await runPipeline(input, ports)).status).toBe('Succeeded');
  const never = started({ status: refused(404) });
  expect((await thrownBy(() => runPipeline(input, never))).message).toBe('404');
});

test('a lost answer to the start: the run that it started is followed, no second one started', async () => {
  const ports = started({ status: 'Succeeded' });
  ports.service.started = [lost];
  const other = {
    runId: 'other',
    pipelineName: 'p',
    status: 'InProgress',
    message: '',
    parameters: { workspace: 'prod' },
  } as const;
  ports.service.known = [other, { ...other, runId: 'run-1', parameters: { workspace: 'dev', steps: '' } }];
  expect((await runPipeline(input, ports)).runId).toBe('run-1');
  expect(ports.service.calls).toEqual([
    'create 0_main_insights {"workspace":"dev"}',
    'look for 0_main_insights from 2024-03-22T05:59:59.000Z',
  ]);
});

test('a lost start that started nothing is repeated; one that was refused is not', async () => {
  const ports = started({ status: 'Succeeded' });
  ports.service.started = [refused(503), 'run-1'];
  expect((await runPipeline(input, ports)).status).toBe('Succeeded');
  expect(ports.lines[0]).toBe('The answer to the start was lost; looking for the run.');
  const refusing = started();
  refusing.service.started = [refused(400)];
  expect((await thrownBy(() => runPipeline(input, refusing))).message).toBe('400');
  expect(refusing.service.calls).toHaveLength(1);
});
