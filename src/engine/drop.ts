import type { LandedKind } from '../contract/lake-paths';
import { InsightsError } from '../contract/errors';
import type { ReportMessage } from '../contract/lake-format';
import type { LakeStore, StoredFile } from '../lake/store';

/** A file of a drop. */
export interface DeliveredFile {
  /** Below `M365/`, such as `roster/2022-01-28T06-16-22/Person/person.csv`. */
  readonly delivered: string;
  /** In the drop's store. */
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
}

/** What is landed together: a roster folder, or one activity file (ROW1, ROW2). */
export interface DeliveredUnit {
  readonly unit: string;
  readonly kind: LandedKind;
  /** `yyyy-MM-dd HH:mm:ss`; undefined for an activity file without any date: the time of first sight is used then. */
  readonly rundate: string | undefined;
  readonly tables: ReadonlyMap<string, readonly DeliveredFile[]>;
}

export interface Drop {
  readonly store: LakeStore;
  /** Path of the `M365` folder in the store. */
  readonly root: string;
  readonly units: readonly DeliveredUnit[];
  /** CDM manifests and schemas, by path below `M365/`. */
  readonly descriptions: ReadonlyMap<string, string>;
  readonly messages: readonly ReportMessage[];
}

const rosterKinds: Readonly<Record<string, LandedKind>> = {
  roster: 'snapshot',
  roster_delta: 'delta',
  roster_delete: 'delete',
};

/** `2022-01-28T06-16-22`, `2022-01-28 06:16:22Z`, `2022-01-28` → `2022-01-28 06:16:22`; undefined for anything else. */
export function parseRundate(text: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T _](\d{2})[-:](\d{2})[-:](\d{2})(?:\.\d+)?Z?)?$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = match;
  const rundate = `${year}-${month}-${day} ${hour}:${minute}:${second}`;
  return formatRundate(new Date(`${rundate.replace(' ', 'T')}Z`)) === rundate ? rundate : undefined;
}

export function formatRundate(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 19).replace('T', ' ');
}

/** The rundate `seconds` later (ROW1: a re-delivery gets the timestamp plus n seconds). */
export function laterRundate(rundate: string, seconds: number): string {
  return formatRundate(new Date(Date.parse(`${rundate.replace(' ', 'T')}Z`) + seconds * 1000));
}

/** Lists a drop: the folder that holds `M365/`. Reads no file. What cannot be landed is said in `messages`, never skipped silently. */
export async function readDrop(store: LakeStore, prefix: string, tables: readonly string[]): Promise<Drop> {
  const root = prefix === '' ? 'M365' : `${prefix}/M365`;
  const files = await store.list(root);
  if (files.length === 0) {
    throw new InsightsError('DROP_NOT_FOUND', 'There is no M365 folder with files in the drop.', {
      place: { file: store.description },
    });
  }
  return { store, root, ...arrangeDrop(files, root, new Set(tables)) };
}

/** The pure part of `readDrop`: which file belongs to which unit and table. */
export function arrangeDrop(
  files: readonly StoredFile[],
  root: string,
  tables: ReadonlySet<string>,
): Pick<Drop, 'units' | 'descriptions' | 'messages'> {
  const units = new Map<string, Omit<DeliveredUnit, 'tables'> & { readonly tables: Map<string, DeliveredFile[]> }>();
  const descriptions = new Map<string, string>();
  const messages: ReportMessage[] = [];
  const say = (message: string, file: string): void => {
    messages.push({ severity: 'warning', code: 'DROP_FILE_IGNORED', message, file });
  };
  const add = (
    unit: string,
    kind: LandedKind,
    rundate: string | undefined,
    table: string,
    file: DeliveredFile,
  ): void => {
    let found = units.get(unit);
    if (found === undefined) units.set(unit, (found = { unit, kind, rundate, tables: new Map() }));
    const list = found.tables.get(table) ?? [];
    list.push(file);
    found.tables.set(table, list);
  };

  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const delivered = file.path.slice(root.length + 1);
    const segments = delivered.split('/');
    const name = segments.at(-1) ?? '';
    const entry = { delivered, path: file.path, bytes: file.bytes, modified: file.modified };
    if (name.toLowerCase().endsWith('.cdm.json')) {
      descriptions.set(delivered, file.path);
      continue;
    }
    if (segments[0] === 'schema') continue;
    if (!name.toLowerCase().endsWith('.csv')) {
      say('Only .csv files are landed.', delivered);
      continue;
    }
    const kind = rosterKinds[segments[0] ?? ''];
    if (segments[0] === 'activity') {
      add(delivered, 'additive', activityRundate(segments.slice(1)), 'activity', entry);
    } else if (kind !== undefined && segments.length === 4) {
      const rundate = parseRundate(segments[1] ?? '');
      const table = segments[2] ?? '';
      if (rundate === undefined) say('The folder name is not a timestamp such as 2022-01-28T06-16-22.', delivered);
      else if (table === 'activity' || !tables.has(table)) say('The catalogue has no such table.', delivered);
      else add(segments.slice(0, 2).join('/'), kind, rundate, table, entry);
    } else {
      say('This is neither activity/<date>/<file> nor roster/<timestamp>/<Table>/<file>.', delivered);
    }
  }
  return { units: [...units.values()], descriptions, messages };
}

/** Date folder, else a date in the file name, else undefined (ROW1). */
function activityRundate(segments: readonly string[]): string | undefined {
  for (const folder of segments.slice(0, -1)) {
    const rundate = parseRundate(folder);
    if (rundate !== undefined) return rundate;
  }
  const match = /(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)/.exec(segments.at(-1) ?? '');
  return match === null ? undefined : parseRundate(`${match[1]}-${match[2]}-${match[3]}`);
}
