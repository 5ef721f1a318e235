import { MemoryWriter } from '../../test-data/drop-writer';
import type { DropMap } from '../../test-data/drop-map';
import { generate } from '../../test-data/generate';

/**
 * Tables that the drops of faults have: people with lookups, who refers to them, and a key of two columns. A run over them meets
 * every kind of step that a run over all tables does, in a fraction of the time.
 */
export const faultTables: readonly string[] = [
  'AadUser',
  'AadUserPersonMapping',
  'Person',
  'PersonEmailAddress',
  'RefDefinition',
];

/** A school of 60 people and two days of their activity, the same on every machine. */
export async function makeFaultDrop(): Promise<DropMap> {
  const writer = new MemoryWriter();
  await generate({ set: 'k12', people: 60, days: 2 }, writer);
  return onlyTables(writer.files);
}

function onlyTables(drop: DropMap): DropMap {
  return new Map(
    [...drop].filter(([name]) => {
      const table = /^M365\/roster\/[^/]+\/([^/]+)\/[^/]+\.csv$/.exec(name)?.[1];
      return table === undefined || faultTables.includes(table);
    }),
  );
}
