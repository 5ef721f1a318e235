import * as fs from 'node:fs/promises';
import fc from 'fast-check';
import { ledgerProblems } from '../support/ledger-equations';
import { smallCatalogue, smallRow, writeDrop, type SmallRow } from '../support/small-drop';
import { readTable, runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** Random days against a model of the rules of a few lines: ROW1, ROW2, ROW4, ROW12, ROW14, ROW15. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Organization', 'SourceSystem', 'activity']);
const settings = { requiredTables: ['Organization'], heldShare: 1 };

type Named = readonly (readonly [id: number, name: number])[];

interface Day {
  /** `incomplete`: the folder comes without its table; `late`: it is older than every other one. */
  readonly snapshot: Named | 'incomplete' | { readonly late: Named } | undefined;
  readonly delta: Named | undefined;
  readonly delete: readonly number[] | undefined;
  readonly activity: Named | undefined;
  /** The activity of this earlier day (counted from the first) is delivered again, with these rows. */
  readonly again: { readonly day: number; readonly rows: Named } | undefined;
}

const id = fc.integer({ min: 1, max: 6 });
const named = fc.uniqueArray(fc.tuple(id, fc.integer({ min: 1, max: 3 })), {
  minLength: 1,
  maxLength: 5,
  selector: ([one]) => one,
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
const aDay: fc.Arbitrary<Day> = fc.record({
  snapshot: maybe(
    fc.oneof(
      { weight: 5, arbitrary: named },
      { weight: 1, arbitrary: fc.constant('incomplete' as const) },
      { weight: 1, arbitrary: fc.record({ late: named }) },
    ),
  ),
  delta: maybe(named),
  delete: maybe(fc.uniqueArray(id, { minLength: 1, maxLength: 3 })),
  activity: maybe(named),
  again: maybe(fc.record({ day: fc.integer({ min: 0, max: 4 }), rows: named })),
});

/** What the rules say that a lake holds. */
class Model {
  readonly present = new Map<number, number>();
  readonly gone = new Map<number, { readonly name: number; readonly since: string }>();
  readonly signals = new Map<number, number>();
  private readonly delivered = new Map<string, string>();
  private newest: string | undefined;

  snapshot(rows: Named, rundate: string): void {
    if (this.newest !== undefined && rundate < this.newest) return;
    this.newest = rundate;
    const ids = new Set(rows.map(([one]) => one));
    this.leave(
      [...this.present.keys()].filter((one) => !ids.has(one)),
      rundate,
    );
    this.put(rows);
  }

  delta(rows: Named, rundate: string): void {
    this.newest = rundate;
    this.put(rows);
  }

  delete(ids: readonly number[], rundate: string): void {
    this.newest = rundate;
    this.leave(ids, rundate);
  }

  /** A file with the bytes that it had before is no delivery. */
  activity(file: string, rows: Named): void {
    if (this.delivered.get(file) === JSON.stringify(rows)) return;
    this.delivered.set(file, JSON.stringify(rows));
    for (const [signal, grade] of rows) this.signals.set(signal, grade);
  }

  private put(rows: Named): void {
    for (const [one, name] of rows) {
      this.present.set(one, name);
      this.gone.delete(one);
    }
  }

  private leave(ids: readonly number[], since: string): void {
    for (const one of ids) {
      const name = this.present.get(one);
      if (name !== undefined) this.gone.set(one, { name, since: `${since}+00` });
      this.present.delete(one);
    }
  }
}

const organizations = (rows: Named): SmallRow[] =>
  rows.map(([n, name]) => smallRow('Organization', n, { Name: `N${name}` }));
const signals = (rows: Named): SmallRow[] => rows.map(([n, grade]) => smallRow('activity', n, { Grade: `${grade}0` }));
const file = (index: number): string => `2022-03-${String(index + 10)}/Usage.csv`;

/** Writes a day into the drop, and tells the model, in the order of ROW12. */
async function deliver(drop: string, model: Model, day: Day, index: number): Promise<void> {
  const rundate = `2022-03-${index + 10} 00:00:00`;
  const folder = rundate.replace(' ', 'T').replaceAll(':', '-');
  const { snapshot, delta, activity } = day;
  // An earlier file has an earlier rundate than anything of today.
  if (day.again !== undefined && day.again.day < index) {
    await writeDrop(drop, { activity: { [file(day.again.day)]: signals(day.again.rows) } });
    model.activity(file(day.again.day), day.again.rows);
  }
  if (snapshot === 'incomplete') {
    await writeDrop(drop, { roster: { [folder]: { Organization: undefined } } }, catalogue);
  } else if (snapshot !== undefined) {
    const isLate = 'late' in snapshot;
    const rows = isLate ? snapshot.late : snapshot;
    const stamp = isLate ? `2022-02-${index + 10}T00-00-00` : folder;
    await writeDrop(drop, { roster: { [stamp]: { Organization: organizations(rows) } } }, catalogue);
    model.snapshot(rows, isLate ? `2022-02-${index + 10} 00:00:00` : rundate);
  }
  if (activity !== undefined) {
    await writeDrop(drop, { activity: { [file(index)]: signals(activity) } });
    model.activity(file(index), activity);
  }
  if (delta !== undefined) {
    await writeDrop(drop, { rosterDelta: { [folder]: { Organization: organizations(delta) } } });
    model.delta(delta, rundate);
  }
  if (day.delete !== undefined) {
    await writeDrop(drop, {
      rosterDelete: { [folder]: { Organization: day.delete.map((n) => [`Organization-${n}`]) } },
    });
    model.delete(day.delete, rundate);
  }
}

const byText = <T>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

test('ROW1, ROW2, ROW4, ROW12, ROW14, ROW15: after any days the lake is what the rules say', async () => {
  let rowsSeen = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(aDay, { minLength: 3, maxLength: 5 }), async (days) => {
      const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
      const model = new Model();
      // A drop always has something in it.
      await writeDrop(drop, { files: { 'readme.txt': 'test' } });
      for (const [index, day] of days.entries()) {
        await deliver(drop, model, day, index);
        const report = await runEngine({ drop, lake, catalogue, settings });
        expect(report.outcome).not.toBe('failed');
      }
      const corrected = (await readTable(lake, 'Ingested_Corrected', 'Organization', ['Id', 'Name'])) ?? [];
      const present = [...model.present].map(([n, name]) => ({ Id: `Organization-${n}`, Name: `N${name}` }));
      expect(corrected).toEqual(byText(present));
      const general =
        (await readTable(lake, 'general', 'Organization', ['Id', 'Name', 'IsCurrent', 'GoneSince'])) ?? [];
      const kept = [...model.gone].map(([n, { name, since }]) => ({
        Id: `Organization-${n}`,
        Name: `N${name}`,
        IsCurrent: 'false',
        GoneSince: since,
      }));
      expect(general).toEqual(
        byText([...present.map((row) => ({ ...row, IsCurrent: 'true', GoneSince: null })), ...kept]),
      );
      const arrived = [...model.signals].map(([n, grade]) => ({ SignalId: `activity-${n}`, Grade: `${grade}0.0` }));
      for (const stage of ['Ingested_Corrected', 'general'] as const)
        expect((await readTable(lake, stage, 'activity', ['SignalId', 'Grade'])) ?? []).toEqual(byText(arrived));
      expect(await ledgerProblems(lake, catalogue)).toEqual([]);
      rowsSeen += general.length + arrived.length;
      for (const folder of [drop, lake]) await fs.rm(folder, { recursive: true });
    }),
    { numRuns: 5, endOnFailure: true },
  );
  expect(rowsSeen).toBeGreaterThan(0);
});
