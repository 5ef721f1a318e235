import { drainRuns } from '../../src/deployment/drain';
import { droppedConnection, FakeClock, restClient, type Reply } from '../operations/operation-fakes';
import { thrownBy } from '../support/thrown';

describe('ORDER3: runs are drained before anything goes', () => {
  const host = 'syn.dev.azuresynapse.net';
  const going = (...names: string[]): Reply => ({
    status: 200,
    body: { value: names.map((pipelineName, index) => ({ runId: `run-${index}`, pipelineName })) },
  });

  async function drain(replies: Reply[], cancel = false, timeoutMinutes = 1) {
    const lines: string[] = [];
    const { client, service } = restClient(replies);
    const clock = new FakeClock();
    const print = (line: string): void => void lines.push(line);
    await drainRuns({ host, client, clock, cancel, timeoutMinutes, print });
    return { lines, waits: clock.waits, urls: service.requests.map(({ url }) => url.replace(/\?.*/, '')) };
  }

  test('waits for them', async () => {
    expect(await drain([going('b', 'a', 'a'), going('a'), going()])).toEqual({
      lines: ['Waiting for a, b.', 'Waiting for a.'],
      waits: [10_000, 10_000],
      urls: Array(3).fill(`https://${host}/queryPipelineRuns`),
    });
  });

  test('or cancels them, with consent', async () => {
    expect(await drain([going('a'), { status: 200 }, going()], true)).toEqual({
      lines: ['Cancelling a.'],
      waits: [10_000],
      urls: [
        `https://${host}/queryPipelineRuns`,
        `https://${host}/pipelineruns/run-0/cancel`,
        `https://${host}/queryPipelineRuns`,
      ],
    });
  });

  test('one that does not end stops the destruction', async () => {
    expect(await thrownBy(() => drain([going('a'), going('a')], false, 0))).toEqual({
      code: 'DEPLOYMENT_RUNS_GOING',
      message: 'Pipelines still run after 0 minutes: a.',
      place: { path: host },
    });
  });

  test('a workspace that does not answer is not taken for an idle one', async () => {
    const dropped = Array(4).fill(droppedConnection()) as Reply[];
    expect(await thrownBy(() => drain(dropped))).toEqual({
      code: 'AZURE_UNREACHABLE',
      message: `${host} did not answer (ECONNRESET).`,
      place: {},
    });
    expect(await drain(Array(4).fill(droppedConnection('ENOTFOUND')) as Reply[])).toMatchObject({
      lines: [],
      waits: [],
    });
  });

  test('where there is no workspace nothing runs', async () => {
    expect(await drain([{ status: 404, body: {} }])).toMatchObject({ lines: [], waits: [] });
  });
});
