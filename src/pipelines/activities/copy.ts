import { isInLake, resolveDataSet } from '../data/data-set';
import { copyBinary } from '../data/copy-binary';
import { copyDelimited } from '../data/copy-delimited';
import { copyFromWeb } from '../data/copy-from-web';
import { refuseUnfollowed, type CopyCounts, type CopySide } from '../data/copy-side';
import { isObject } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';

/** Copies files of the lake as bytes, delimited text into another layout, or an answer of the web into the lake. */
export const copy: ActivityType = {
  type: 'Copy',
  kind: 'execution',
  run: async (context) => {
    const [source, sink] = [side(context, 'source'), side(context, 'sink')];
    context.setInput({ source: source.properties, sink: sink.properties });
    [source, sink].forEach(refuseUnfollowed);
    const { clock } = context.run;
    const start = clock.now();
    const counts = await copyBetween(context, source, sink);
    const seconds = Math.ceil((clock.now() - start) / 1000);
    return {
      dataRead: BigInt(counts.bytesRead),
      dataWritten: BigInt(counts.bytesWritten),
      filesRead: BigInt(counts.filesRead),
      filesWritten: BigInt(counts.filesWritten),
      ...(counts.rows === undefined ? {} : { rowsRead: BigInt(counts.rows), rowsCopied: BigInt(counts.rows) }),
      copyDuration: BigInt(seconds),
      errors: [],
      effectiveIntegrationRuntime: 'AutoResolveIntegrationRuntime',
      usedParallelCopies: 1n,
    };
  },
};

function side(context: ActivityContext, name: 'source' | 'sink'): CopySide {
  const { activity, run, scope } = context;
  const properties = context.property(name);
  const references = name === 'source' ? activity.inputs : activity.outputs;
  if (!isObject(properties) || references.length !== 1) {
    throw new ActivityFailure('BadRequest', `The copy '${activity.name}' needs a ${name} with one dataset.`);
  }
  const storeSettings = properties['storeSettings'] ?? null;
  return {
    dataSet: resolveDataSet(references[0], run.artifacts, scope),
    properties,
    storeSettings: isObject(storeSettings) ? storeSettings : {},
  };
}

async function copyBetween(context: ActivityContext, source: CopySide, sink: CopySide): Promise<CopyCounts> {
  const [from, to] = [source.dataSet, sink.dataSet];
  if ((from.type === 'Binary') !== (to.type === 'Binary')) {
    throw new ActivityFailure(
      '2200',
      `A Binary dataset can only be copied to a Binary dataset; '${from.name}' is of type ${from.type} and ` +
        `'${to.name}' of type ${to.type}.`,
    );
  }
  if (from.type === 'Binary' && isInLake(from)) return copyBinary(context, source, sink);
  if (from.type === 'Binary' && from.linkedService.type === 'HttpServer') return copyFromWeb(context, source, sink);
  if (from.type === 'DelimitedText' && to.type === 'DelimitedText') return copyDelimited(context, source, sink);
  const kinds = `${from.type} (${from.linkedService.type}) to ${to.type} (${to.linkedService.type})`;
  throw new ActivityFailure('NotImplemented', `A copy from ${kinds} cannot be made here.`);
}
