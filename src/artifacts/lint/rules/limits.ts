import { memberAt } from '../json';
import type { ArtifactKind } from '../../model';
import type { ArtifactRule } from '../rule';
import { propertiesPointer } from '../subject';

/** In KB of 1,024 bytes (azure-facts §6.3). */
const largest: Partial<Record<ArtifactKind, number>> = { pipelines: 200, datasets: 100, linkedservices: 100 };

export const sizeRule: ArtifactRule = {
  id: 'size',
  demand: 'A pipeline has at most 200 KB, a data set or linked service 100 KB.',
  check: ({ artifact: { kind, name, properties } }) => {
    const limit = largest[kind];
    const kilobytes = Math.ceil(Buffer.byteLength(JSON.stringify({ name, properties })) / 1024);
    if (limit === undefined || kilobytes <= limit) return [];
    return [
      { pointer: '', problem: `The artifact has ${kilobytes} KB; the service takes ${limit}.`, mend: 'Divide it.' },
    ];
  },
};

export const concurrencyRule: ArtifactRule = {
  id: 'concurrency',
  demand: 'Pipelines run one at a time (ORDER3): two runs would write the same tables.',
  check: ({ artifact: { kind, properties } }) =>
    kind !== 'pipelines' || memberAt(properties, 'concurrency') === 1
      ? []
      : [
          {
            pointer: propertiesPointer,
            problem: 'Two runs of the pipeline may overlap.',
            mend: 'Set concurrency to 1.',
          },
        ],
};
