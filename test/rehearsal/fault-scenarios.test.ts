import { setImmediate as later } from 'node:timers/promises';
import { makeFaultDrop } from '../../src/rehearsal/faults/fault-drop';
import { runScenarios } from '../../src/rehearsal/faults/run-scenarios';
import { shareScenarios } from '../../src/rehearsal/faults/share-scenarios';
import type { FaultStage } from '../../src/rehearsal/faults/stage';

const lost = new Error('The Spark session ended unexpectedly.');

/** Of a stage what the scenarios of a run touch. */
async function stageWhereRuns(run: () => Promise<void>) {
  const outliving: Promise<unknown>[] = [];
  const portFaults: FaultStage['bench']['portFaults'] = {};
  const stage = {
    bench: { drop: await makeFaultDrop(), portFaults },
    strike: () => undefined,
    run,
    deliver: async () => {
      await later();
      await later();
    },
    outlives: <Result>(work: Promise<Result>): Promise<Result> => {
      outliving.push(work.catch(() => undefined));
      return work;
    },
  };
  return { stage: stage as unknown as FaultStage, portFaults, outliving };
}

const scenarioOf = (name: string) => [...runScenarios, ...shareScenarios].find((scenario) => scenario.name === name);

test('a notebook that fails while the next day arrives fails the run, and ends nothing else', async () => {
  const { stage, portFaults } = await stageWhereRuns(async () => undefined);
  await scenarioOf('share-arrives-in-run')?.arrange(stage);
  const run = portFaults.notebook?.({} as never, () => Promise.reject(lost));
  await expect(run).rejects.toBe(lost);
});

test('of two runs at once the second is waited for where the first fails', async () => {
  let hasEnded = false;
  const runs = [
    () => Promise.reject(lost),
    async () => {
      await later();
      hasEnded = true;
    },
  ];
  const { stage, outliving } = await stageWhereRuns(() => runs.shift()!());
  await expect(scenarioOf('duplicate-trigger')?.act?.(stage)).rejects.toBe(lost);
  await Promise.all(outliving);
  expect(hasEnded).toBe(true);
});
