import type { LakeStore, StoredFile } from '../../lake/store';
import { toText } from '../expression/content';
import { parseTimestamp, toMilliseconds } from '../expression/timestamp';
import type { ValueObject } from '../expression/value';
import { ActivityFailure } from '../run/records';
import { joinPath, type FileLocation } from './data-set';

export interface SelectedFile extends StoredFile {
  /** Path below the selection's base. */
  readonly relative: string;
}

export interface FileSelection {
  /** The folder to which hierarchies are relative: all segments before the first wildcard. */
  readonly base: string;
  readonly files: readonly SelectedFile[];
  /** Whether the base is there: a lake knows a folder by the files in it. */
  readonly isBaseThere: boolean;
  readonly isWildcardUsed: boolean;
}

/**
 * The files of a location that the read settings of an activity ask for, in ascending order of path.
 * @param settings evaluated `storeSettings`: recursive, wildcards, times of modification (start included, end not)
 * @throws ActivityFailure for settings that cannot be followed.
 */
export async function selectFiles(
  store: LakeStore,
  location: FileLocation,
  settings: ValueObject,
): Promise<FileSelection> {
  for (const unknown of ['fileListPath', 'prefix']) {
    if ((settings[unknown] ?? null) === null) continue;
    throw new ActivityFailure('NotImplemented', `The setting ${unknown} of file stores cannot be followed here.`);
  }
  const wildcardFolder = settings['wildcardFolderPath'] ?? null;
  // A file name of a data set may be a wildcard, too, as those of Delete are.
  const isWildFile = /[*?]/.test(location.file);
  const wildcardName = settings['wildcardFileName'] ?? (isWildFile ? location.file : null);
  const folder = wildcardFolder === null ? location.folder : toText(wildcardFolder);
  const pattern = joinPath(location.container, folder).split('/');
  const firstWild = wildcardFolder === null ? -1 : pattern.findIndex((segment) => /[*?^]/.test(segment));
  const fixed = firstWild < 0 ? pattern : pattern.slice(0, firstWild);
  const base = fixed.join('/');
  if (base === '') throw new ActivityFailure('BadRequest', 'The location names no container of the data lake.');
  const rest = pattern.slice(fixed.length).map(wildcardPattern);
  const name = wildcardName !== null ? wildcardPattern(toText(wildcardName)) : exactName(location.file);
  const isRecursive = settings['recursive'] !== false;
  const isInTime = modifiedBetween(settings);
  const stored = await store.list(base);
  const files = stored
    .map((file) => ({ ...file, relative: file.path.slice(base.length + 1) }))
    .filter((file) => {
      const segments = file.relative.split('/');
      const below = segments.slice(rest.length);
      return (
        below.length > 0 &&
        (isRecursive || below.length === 1) &&
        rest.every((matches, index) => matches(segments[index] ?? '')) &&
        (name === undefined || name(below.at(-1) ?? '')) &&
        // A file named by the data set lies in the folder itself.
        (wildcardName !== null || location.file === '' || below.length === 1) &&
        isInTime(file.modified)
      );
    });
  const isWildcardUsed = wildcardFolder !== null || wildcardName !== null;
  // A file in the place of a folder is there, and has nothing below it.
  const isBaseThere = stored.length > 0 || (await store.stat(base)) !== undefined;
  return { base, files, isBaseThere, isWildcardUsed };
}

function exactName(file: string): ((name: string) => boolean) | undefined {
  return file === '' ? undefined : (name) => name === file;
}

/** `*` is any text, `?` one character, `^` takes the meaning of the next; none goes beyond a slash. */
export function wildcardPattern(text: string): (name: string) => boolean {
  const source = text.replace(/\^(.)|\*|\?|[.+^${}()|[\]\\]/g, (mark, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped.replace(/[^\w]/, '\\$&');
    if (mark === '*') return '[^/]*';
    return mark === '?' ? '[^/]' : `\\${mark}`;
  });
  const pattern = new RegExp(`^${source}$`, 's');
  return (name) => pattern.test(name);
}

/** Whether a time lies between `modifiedDatetimeStart` and `modifiedDatetimeEnd`; empty ones do not limit. */
export function modifiedBetween(settings: ValueObject): (modified: Date) => boolean {
  const time = (name: string, absent: number): number => {
    const text = toText(settings[name] ?? null);
    return text === '' ? absent : toMilliseconds(parseTimestamp(name, text).ticks);
  };
  const start = time('modifiedDatetimeStart', -Infinity);
  const end = time('modifiedDatetimeEnd', Infinity);
  return (modified) => modified.getTime() >= start && modified.getTime() < end;
}
