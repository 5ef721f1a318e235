import { extname } from 'node:path/posix';
import type { CopyCounts, CopySide } from './copy-side';
import { toText } from '../expression/content';
import type { ActivityContext } from '../run/activity-type';
import { ActivityFailure } from '../run/records';
import { joinPath, locationOf } from './data-set';
import { selectFiles, type FileSelection, type SelectedFile } from './select-files';

/** Copies files as they are. */
export async function copyBinary(context: ActivityContext, source: CopySide, sink: CopySide): Promise<CopyCounts> {
  const { clock, ports } = context.run;
  return clock.busy(async () => {
    const selection = await selectSource(context, source);
    const { files } = selection;
    const behavior = toText(sink.storeSettings['copyBehavior'] ?? 'PreserveHierarchy');
    const bytes =
      behavior === 'MergeFiles'
        ? await mergeFiles(context, files, sink)
        : await copyEach(context, files, targetsOf(context, files, sink, behavior));
    if (source.storeSettings['deleteFilesAfterCompletion'] === true) {
      await ports.lake.remove(files.map(({ path }) => path));
    }
    const filesWritten = behavior === 'MergeFiles' ? Math.min(1, files.length) : files.length;
    return { filesRead: files.length, filesWritten, bytesRead: bytes, bytesWritten: bytes };
  });
}

/** The files that a copy reads. @throws ActivityFailure where the folder or the named file is not there. */
export async function selectSource(context: ActivityContext, source: CopySide): Promise<FileSelection> {
  const location = locationOf(source.dataSet);
  const selection = await selectFiles(context.run.ports.lake, location, source.storeSettings);
  const isNamed = location.file !== '' && !selection.isWildcardUsed;
  if (selection.isBaseThere && (selection.files.length > 0 || !isNamed)) return selection;
  throw new ActivityFailure(
    '2200',
    `ErrorCode=UserErrorSourceBlobNotExist, The required Blob is missing. Dataset: '${source.dataSet.name}'.`,
  );
}

function targetsOf(
  context: ActivityContext,
  files: readonly SelectedFile[],
  sink: CopySide,
  behavior: string,
): readonly string[] {
  const { container, folder, file } = locationOf(sink.dataSet);
  const base = sinkFolder(sink, container, folder);
  if (file !== '') {
    if (files.length > 1) {
      const message = `The dataset '${sink.dataSet.name}' names one file, but ${files.length} files would be written to it.`;
      throw new ActivityFailure('2200', message);
    }
    return files.map(() => joinPath(base, file));
  }
  // The service gives files that it takes out of their folders names of its own.
  if (behavior === 'FlattenHierarchy') {
    return files.map(({ path }) => joinPath(base, `data_${context.run.newId()}${extname(path)}`));
  }
  if (behavior !== 'PreserveHierarchy') {
    throw new ActivityFailure('BadRequest', `The copyBehavior ${behavior} is not one of the service.`);
  }
  return files.map(({ relative }) => joinPath(base, relative));
}

async function copyEach(
  context: ActivityContext,
  files: readonly SelectedFile[],
  targets: readonly string[],
): Promise<number> {
  const { lake } = context.run.ports;
  let total = 0;
  for (const [index, { path }] of files.entries()) {
    if (context.signal.aborted) break;
    const { bytes } = await lake.copyFrom(lake, path, targets[index] ?? '');
    total += bytes;
  }
  return total;
}

async function mergeFiles(context: ActivityContext, files: readonly SelectedFile[], sink: CopySide): Promise<number> {
  const { lake } = context.run.ports;
  const contents: Buffer[] = [];
  for (const { path } of files) contents.push(await lake.read(path));
  const merged = Buffer.concat(contents);
  if (files.length > 0) await lake.write(mergedTarget(context, files, sink), merged);
  return merged.length;
}

/** Where several files become one. */
export function mergedTarget(context: ActivityContext, files: readonly SelectedFile[], sink: CopySide): string {
  const { container, folder, file } = locationOf(sink.dataSet);
  const name = file === '' ? `data_${context.run.newId()}${extname(files[0]?.path ?? '')}` : file;
  return joinPath(sinkFolder(sink, container, folder), name);
}

function sinkFolder(sink: CopySide, container: string, folder: string): string {
  const base = joinPath(container, folder);
  if (base !== '') return base;
  throw new ActivityFailure('BadRequest', `The dataset '${sink.dataSet.name}' names no place in the lake.`);
}
