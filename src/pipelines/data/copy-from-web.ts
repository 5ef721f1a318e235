import { posix } from 'node:path';
import { toText } from '../expression/content';
import { isObject } from '../expression/value';
import type { ActivityContext } from '../run/activity-type';
import { ActivityFailure } from '../run/records';
import type { CopyCounts, CopySide } from './copy-side';
import { joinPath, locationOf } from './data-set';

/** Writes what an address answers into a file of the lake. */
export async function copyFromWeb(context: ActivityContext, source: CopySide, sink: CopySide): Promise<CopyCounts> {
  const { clock, ports } = context.run;
  const url = urlOf(source);
  const { container, folder, file } = locationOf(sink.dataSet);
  const body = source.storeSettings['requestBody'] ?? null;
  const response = await clock
    .busy(() =>
      ports.web.send({
        url: url.href,
        method: toText(source.storeSettings['requestMethod'] ?? 'GET'),
        headers: {},
        body: body === null ? undefined : toText(body),
        signal: context.signal,
      }),
    )
    .catch((error: unknown) => {
      throw new ActivityFailure('2200', error instanceof Error ? error.message : 'The address gave no answer.');
    });
  if (response.status >= 400) {
    const message = `ErrorCode=HttpFileFailedToRead, Failed to read data from http server. Http status code ${response.status}.`;
    throw new ActivityFailure('2200', message);
  }
  const name = file === '' ? posix.basename(url.pathname) : file;
  await clock.busy(() => ports.lake.write(joinPath(container, folder, name), response.body));
  const bytes = response.body.length;
  return { filesRead: 1, filesWritten: 1, bytesRead: bytes, bytesWritten: bytes };
}

/** The linked service's address, with the data set's below it. */
function urlOf({ dataSet }: CopySide): URL {
  const base = toText(dataSet.linkedService.typeProperties['url'] ?? null);
  const location = dataSet.typeProperties['location'] ?? null;
  const relative = isObject(location) ? toText(location['relativeUrl'] ?? null) : '';
  try {
    return relative === '' ? new URL(base) : new URL(relative, base.endsWith('/') ? base : `${base}/`);
  } catch {
    throw new ActivityFailure('BadRequest', `The dataset '${dataSet.name}' has no address.`);
  }
}
