import fc from 'fast-check';
import { arrangeDrop } from '../../src/engine/drop';
import { planLanding } from '../../src/engine/land';
import { foldLedger } from '../../src/engine/landing-state';
import { planUpload, type DropFile, type PlacedState, type UploadPlan } from '../../src/operations/upload-plan';

const tables = new Set(['Organization', 'Person', 'Section', 'RefTranslation', 'activity']);
const requiredTables = ['Organization', 'Person', 'Section'];

/** A file whose content is told by its hash. */
function file(path: string, content = 'drop'): DropFile {
  return { path: `M365/${path}`, bytes: 1, sha256: content, md5: content };
}

/** What is in pre-landing, content by path. */
type Remote = ReadonlyMap<string, string>;

function plan(files: readonly DropFile[], remote: Remote = new Map(), required = requiredTables): UploadPlan {
  const stateOf = ({ path, sha256 }: DropFile): PlacedState => {
    const found = remote.get(path);
    return found === undefined ? 'absent' : found === sha256 ? 'same' : 'different';
  };
  return planUpload({ files, stateOf, placed: [...remote.keys()], tables, requiredTables: required });
}

/** Steps as texts: `-path` for a removal, the paths of each phase. */
function told({ steps }: UploadPlan): unknown {
  const short = ({ path }: DropFile): string => path.slice('M365/'.length);
  return steps.map(({ remove, phases }) => [
    ...(remove === undefined ? [] : [`-${short(remove)}`]),
    ...phases.map((phase) => phase.map(short)),
  ]);
}

const folder = 'roster/2024-03-04T05-30-00';
const roster = [
  file(`${folder}/Organization/a.csv`),
  file(`${folder}/Person/a.csv`),
  file(`${folder}/RefTranslation/a.csv`),
  file(`${folder}/Section/a.csv`),
  file(`${folder}/snapshot.manifest.cdm.json`),
];
const placed = (files: readonly DropFile[], content = 'drop'): Map<string, string> =>
  new Map(files.map(({ path }) => [path, content]));

test('schemas first, units in the order of landing, in a roster folder the required tables last, one file of them at the end', () => {
  const drop = [
    file('schema/roster.cdm.json'),
    file('activity/2024-03-05/a.csv'),
    file('activity/2024-03-04/b.csv'),
    file('activity/2024-03-04/a.csv'),
    file('activity/undated.csv'),
    file('roster_delete/2024-03-05T05-30-00/Person/a.csv'),
    file('roster_delta/2024-03-05T05-30-00/Person/a.csv'),
    file('roster_delta/2024-03-05T05-30-00/Person/b.csv'),
    ...roster,
    file('roster/not a time/Person/a.csv'),
  ];
  const planned = plan(drop);
  expect(told(planned)).toEqual([
    [['schema/roster.cdm.json', 'roster/not a time/Person/a.csv']],
    [['activity/2024-03-04/a.csv', 'activity/2024-03-04/b.csv']],
    [
      [`${folder}/RefTranslation/a.csv`, `${folder}/snapshot.manifest.cdm.json`],
      [`${folder}/Person/a.csv`, `${folder}/Section/a.csv`],
      [`${folder}/Organization/a.csv`],
    ],
    [['activity/2024-03-05/a.csv']],
    [['roster_delta/2024-03-05T05-30-00/Person/a.csv', 'roster_delta/2024-03-05T05-30-00/Person/b.csv']],
    [['roster_delete/2024-03-05T05-30-00/Person/a.csv']],
    [['activity/undated.csv']],
  ]);
  expect(planned.units.map(({ unit, change }) => `${change} ${unit}`)).toEqual([
    'new activity/2024-03-04/a.csv',
    'new activity/2024-03-04/b.csv',
    `new ${folder}`,
    'new activity/2024-03-05/a.csv',
    'new roster_delta/2024-03-05T05-30-00',
    'new roster_delete/2024-03-05T05-30-00',
    'new activity/undated.csv',
  ]);
  expect([planned.conflicts, planned.unguarded, planned.others]).toEqual([[], [], []]);
});

test('the last file is of a table that is one file, here and in pre-landing', () => {
  const parts = roster.flatMap((one) =>
    one.path.includes('/Organization/') ? [one, file(`${folder}/Organization/b.csv`)] : [one],
  );
  const remote = new Map([[`M365/${folder}/Person/other.csv`, 'theirs']]);
  const planned = plan(parts, remote);
  expect(told(planned)).toEqual([
    [
      [`${folder}/RefTranslation/a.csv`, `${folder}/snapshot.manifest.cdm.json`],
      [`${folder}/Organization/a.csv`, `${folder}/Organization/b.csv`, `${folder}/Person/a.csv`],
      [`${folder}/Section/a.csv`],
    ],
  ]);
  expect([planned.others, planned.unguarded]).toEqual([[`M365/${folder}/Person/other.csv`], []]);
});

test('a folder of which every required table has several files is uploaded, and named', () => {
  const drop = requiredTables.flatMap((table) => ['a', 'b'].map((name) => file(`${folder}/${table}/${name}.csv`)));
  expect([plan(drop).unguarded, plan(drop, placed(drop)).unguarded]).toEqual([[folder], []]);
});

test('what is there with the same bytes is skipped; a folder that is partly there is completed', () => {
  const whole = plan(roster, placed(roster));
  expect([told(whole), whole.units, whole.conflicts]).toEqual([[], [{ unit: folder, change: 'none' }], []]);
  const partly = plan(roster, placed(roster.slice(1)));
  expect([told(partly), partly.units, partly.conflicts]).toEqual([
    [[[`${folder}/Organization/a.csv`]]],
    [{ unit: folder, change: 'completed' }],
    [],
  ]);
});

test('other content is a conflict; a complete folder is not complete while it changes', () => {
  const old = placed(roster, 'old');
  const planned = plan(roster, old);
  expect([planned.conflicts, planned.units]).toEqual([[folder], [{ unit: folder, change: 'replaced' }]]);
  expect(told(planned)).toEqual([
    [
      `-${folder}/Organization/a.csv`,
      [`${folder}/RefTranslation/a.csv`, `${folder}/snapshot.manifest.cdm.json`],
      [`${folder}/Person/a.csv`, `${folder}/Section/a.csv`],
      [`${folder}/Organization/a.csv`],
    ],
  ]);
  // One file that changes does so at once by itself.
  const one = new Map([...placed(roster), [`M365/${folder}/Person/a.csv`, 'old']]);
  expect(told(plan(roster, one))).toEqual([[[`${folder}/Person/a.csv`]]]);
  // A file more in a folder that landing may have taken is a change of it (ROW1).
  const fewer = placed(roster.filter(({ path }) => !path.includes('RefTranslation')));
  expect(plan(roster, fewer).conflicts).toEqual([folder]);
  const day = file('activity/2024-03-04/a.csv');
  expect(plan([day], placed([day], 'old')).conflicts).toEqual(['activity/2024-03-04/a.csv']);
});

test('a schema of an older drop is replaced without a word: it belongs to no folder', () => {
  const schema = file('schema/roster.cdm.json');
  const planned = plan([schema], placed([schema], 'old'));
  expect([told(planned), planned.conflicts]).toEqual([[[['schema/roster.cdm.json']]], []]);
});

test('without required tables any file makes a folder one that landing may have taken', () => {
  const planned = plan(roster, placed(roster.slice(0, 1)), []);
  expect([planned.conflicts, planned.unguarded]).toEqual([[folder], [folder]]);
  expect(plan(roster, new Map(), []).conflicts).toEqual([]);
});

/** Files of two roster folders, one or two for each table that is delivered; required tables always are. */
const dropFiles = fc
  .array(
    fc.record({
      time: fc.constantFrom('2024-03-04T05-30-00', '2024-03-05T05-30-00'),
      table: fc.constantFrom(...tables),
      name: fc.constantFrom('a', 'b'),
    }),
  )
  .map((more) => {
    const always = requiredTables.map((table) => ({ time: '2024-03-04T05-30-00', table, name: 'a' }));
    const times = new Set([...always, ...more].map(({ time }) => time));
    const needed = [...times].flatMap((time) => requiredTables.map((table) => ({ time, table, name: 'a' })));
    const paths = [...needed, ...more].map(({ time, table, name }) => `roster/${time}/${table}/${name}.csv`);
    return [...new Set(paths)].sort().map((path) => file(path));
  });

/** Whether landing, which has seen nothing yet, would take the folder as it is; with ROW3 out of the way. */
async function wouldLand(remote: Remote, unit: string): Promise<boolean> {
  const stored = [...remote.keys()].map((path) => ({ path, bytes: 1, modified: new Date(0) }));
  const { units } = arrangeDrop(stored, 'M365', tables);
  const options = { requiredTables, settleMinutes: 0, now: new Date(0) };
  const landing = await planLanding(units, foldLedger([]), options, async () => '');
  return landing.units.some((one) => one.unit === unit);
}

test('property: whenever an upload stops, landing takes a folder whole and equal, as it was before, or not at all', async () => {
  const remoteFiles = fc.array(
    fc.record({ index: fc.nat(), state: fc.constantFrom('drop', 'old'), isOther: fc.boolean() }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(dropFiles, remoteFiles, fc.infiniteStream(fc.nat()), async (drop, there, order) => {
      const remote = new Map<string, string>();
      for (const { index, state, isOther } of there) {
        const { path } = drop[index % drop.length]!;
        remote.set(isOther ? path.replace('.csv', '-other.csv') : path, state);
      }
      const before = new Map(remote);
      const planned = plan(drop, remote);
      const ofUnit = (unit: string, content: Remote): readonly string[] =>
        drop
          .filter(({ path }) => path.startsWith(`M365/${unit}/`))
          .map(({ path }) => `${path} ${content.get(path) ?? ''}`);
      const check = async (): Promise<void> => {
        for (const { unit } of planned.units) {
          if (planned.unguarded.includes(unit) || !(await wouldLand(remote, unit))) continue;
          const now = ofUnit(unit, remote);
          const whole = ofUnit(unit, placed(drop));
          expect([whole, ofUnit(unit, before)]).toContainEqual(now);
        }
      };
      for (const { remove, phases } of planned.steps) {
        if (remove !== undefined) remote.delete(remove.path);
        await check();
        for (const phase of phases) {
          const waiting = [...phase];
          while (waiting.length > 0) {
            const [next] = waiting.splice(order.next().value % waiting.length, 1);
            remote.set(next!.path, next!.sha256);
            await check();
          }
        }
      }
      expect(drop.filter(({ path }) => remote.get(path) !== 'drop')).toEqual([]);
      expect(told(plan(drop, remote))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
