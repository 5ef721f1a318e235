import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { linkTree } from '../link-tree';
import { generate } from '../../src/test-data/generate';
import type { DropWriter } from '../../src/test-data/drop-writer';
import type { GenerateOptions } from '../../src/test-data/options';
import type { Counts, Timed } from '../tasks';

export interface ActivityFileInput {
  readonly options: GenerateOptions;
  /** New folder, to hold `M365/`. */
  readonly folder: string;
}

/** A drop that is one activity file: all days of the generator, one after the other. The roster is left out. */
export async function makeActivityFile({ options, folder }: ActivityFileInput, timed: Timed): Promise<Counts> {
  const target = path.join(folder, 'M365', 'activity', '2024-03-22', 'ApplicationUsage.csv');
  await mkdir(path.dirname(target), { recursive: true });
  const file = await open(target, 'wx');
  try {
    const report = await timed(() =>
      generate(
        options,
        routed((name) => (isActivity(name) ? file : undefined)),
      ),
    );
    return { rows: report.rows['activity'] ?? 0, bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

export interface DailyDropsInput {
  readonly roster: GenerateOptions;
  readonly activity: GenerateOptions;
  /** School days in each drop, in order of time: `[1, 9, 90, 1]` makes the drops `0` to `3`. */
  readonly days: readonly number[];
  /** New folder, to hold the drops. */
  readonly folder: string;
}

/**
 * Drops as a school delivers them: for every school day a folder of the same roster and that day's activity. The roster
 * is that of a small school, however much activity there is: a large one would hide what the history costs.
 */
export async function makeDailyDrops(input: DailyDropsInput, timed: Timed): Promise<Counts> {
  const rosterFolder = path.join(input.folder, 'roster');
  const wanted = input.days.flatMap((count, drop) => Array.from({ length: count }, () => drop));
  let rows = 0;
  await timed(async () => {
    await generate(
      { ...input.roster, days: 1 },
      routed(async (name) => {
        const match = /^M365\/roster\/[^/]+\/([^/]+)\/([^/]+\.csv)$/.exec(name);
        return match === null ? undefined : create(path.join(rosterFolder, match[1] ?? '', match[2] ?? ''));
      }, true),
    );
    const days: string[] = [];
    const report = await generate(
      input.activity,
      routed(async (name) => {
        const date = name.split('/')[2] ?? '';
        const drop = wanted[days.length];
        if (!isActivity(name) || drop === undefined || isWeekend(date)) return undefined;
        days.push(date);
        return create(path.join(input.folder, String(drop), name));
      }, true),
      ({ step, rows: written }) => {
        if (step === `activity ${days.at(-1)}`) rows += written;
      },
    );
    if (days.length < wanted.length) {
      throw new Error(
        `The ${Object.keys(report.rows).length} tables have ${days.length} school days of ${wanted.length}.`,
      );
    }
    for (const [index, date] of days.entries()) {
      const roster = path.join(input.folder, String(wanted[index]), 'M365', 'roster', `${date}T05-30-00`);
      await linkTree(rosterFolder, roster);
    }
  });
  return { days: wanted.length, activityRows: rows };
}

/** Writes each file where `route` says; what has no place is thrown away. */
function routed(
  route: (file: string) => FileHandle | undefined | Promise<FileHandle | undefined>,
  closes = false,
): DropWriter {
  return {
    async open(name) {
      const file = await route(name);
      return {
        write: async (bytes) => {
          await file?.writeFile(bytes);
        },
        close: async () => {
          if (closes) await file?.close();
        },
      };
    },
  };
}

async function create(file: string): Promise<FileHandle> {
  await mkdir(path.dirname(file), { recursive: true });
  return open(file, 'wx');
}

function isActivity(name: string): boolean {
  return /^M365\/activity\/.*\.csv$/.test(name);
}

function isWeekend(date: string): boolean {
  return [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
}
