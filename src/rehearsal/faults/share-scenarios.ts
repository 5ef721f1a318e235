import type { DropMap } from '../../test-data/drop-map';
import { scenarios as deliveries } from '../../test-data/scenarios';
import { recovered, stopped, type FaultScenario } from './scenario';
import type { FaultStage } from './stage';

/** The drop as a scenario of the test data changes it. */
function changed(drop: DropMap, name: string): DropMap {
  const found = deliveries.find((scenario) => scenario.name === name);
  if (found === undefined) throw new RangeError(`There is no scenario ${name}.`);
  return found.apply(drop);
}

/** Delivers the drop, runs, delivers what follows, and runs again. */
async function runTwice(stage: FaultStage, second: DropMap): Promise<void> {
  await stage.run();
  await stage.deliver(second);
  await stage.run();
}

const rosterOf = (drop: DropMap, table: string): string => {
  const found = [...drop.keys()].find((name) => new RegExp(`^M365/roster/[^/]+/${table}/[^/]+\\.csv$`).test(name));
  if (found === undefined) throw new RangeError(`The drop has no ${table}.`);
  return found;
};

/** The drop with other bytes for one file. */
function withFile(drop: DropMap, name: string, change: (bytes: Buffer) => Buffer): DropMap {
  return new Map(drop).set(name, change(drop.get(name) ?? Buffer.alloc(0)));
}

/** What goes wrong with what a share delivers: parts, order, moment. */
export const shareScenarios: readonly FaultScenario[] = [
  {
    name: 'share-half-delivered',
    area: 'share',
    fault: 'A run begins while half of a roster has been copied; the rest comes after it.',
    outcome: recovered,
    delivery: 'own',
    arrange: async (stage) => {
      const { drop } = stage.bench;
      const late = rosterOf(drop, 'Person');
      await stage.deliver(new Map([...drop].filter(([name]) => name !== late)), false);
    },
    act: async (stage) => {
      await stage.run();
      await stage.deliver(stage.bench.drop);
      await stage.run();
    },
    happened: () => true,
  },
  {
    name: 'share-arrives-in-run',
    area: 'share',
    fault: 'The next day arrives while the run is going on.',
    outcome: recovered,
    arrange: (stage) => {
      let isDelivered = false;
      stage.bench.portFaults.notebook = async (_, run) => {
        const running = stage.outlives(run());
        if (!isDelivered) {
          isDelivered = true;
          await stage.deliver(changed(stage.bench.drop, 'next-day'));
          stage.strike();
        }
        return running;
      };
    },
    act: async (stage) => {
      await stage.run();
      await stage.run();
    },
  },
  {
    name: 'share-late-day',
    area: 'share',
    fault: 'A day of activity is delivered again with other rows after it was processed.',
    outcome: recovered,
    arrange: () => undefined,
    act: (stage) => runTwice(stage, changed(stage.bench.drop, 'activity-again')),
    happened: () => true,
  },
  {
    name: 'older-roster-after-newer',
    area: 'share',
    fault: 'A roster that is a week older arrives after the newer one was processed.',
    outcome: recovered,
    arrange: () => undefined,
    act: (stage) => runTwice(stage, changed(stage.bench.drop, 'older-roster')),
    happened: () => true,
  },
  {
    name: 'roster-file-empty',
    area: 'share',
    fault: 'A file of a roster arrives with 0 bytes, and is delivered whole later.',
    outcome: recovered,
    delivery: 'own',
    arrange: (stage) => {
      const { drop } = stage.bench;
      return stage.deliver(withFile(drop, rosterOf(drop, 'Person'), () => Buffer.alloc(0)));
    },
    act: (stage) => runTwice(stage, stage.bench.drop),
    happened: () => true,
  },
  {
    name: 'roster-truncated',
    area: 'share',
    fault: 'A file of a roster ends in the middle of a row, and is delivered whole later.',
    outcome: recovered,
    delivery: 'own',
    arrange: (stage) => {
      const { drop } = stage.bench;
      return stage.deliver(
        withFile(drop, rosterOf(drop, 'Person'), (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))),
      );
    },
    act: (stage) => runTwice(stage, stage.bench.drop),
    happened: () => true,
  },
  {
    name: 'share-not-there',
    area: 'share',
    fault: 'The run begins before the share has ever delivered.',
    outcome: stopped('RUN_FAILED', /DROP_NOT_FOUND/),
    delivery: 'own',
    arrange: () => undefined,
    mend: (stage) => stage.deliver(stage.bench.drop),
    happened: () => true,
  },
];
