import { performance } from 'node:perf_hooks';
import { generate } from '../../src/test-data/generate';
import type { GenerateOptions } from '../../src/test-data/options';
import type { Counts, Timed } from '../tasks';

export interface GenerateInput {
  readonly options: GenerateOptions;
}

/** The generator alone: what it writes is counted and thrown away. */
export async function generateRows({ options }: GenerateInput, timed: Timed): Promise<Counts> {
  let bytes = 0;
  let activityBegins = performance.now();
  const writer = {
    open: async () => ({
      write: async (chunk: Buffer) => {
        bytes += chunk.length;
      },
      close: async () => {},
    }),
  };
  const report = await timed(() =>
    generate(options, writer, ({ step }) => {
      if (!step.startsWith('activity')) activityBegins = performance.now();
    }),
  );
  const activityMs = performance.now() - activityBegins;
  const activityRows = report.rows['activity'] ?? 0;
  const rows = Object.values(report.rows).reduce((total, one) => total + one, 0);
  return {
    activityRows,
    rosterRows: rows - activityRows,
    bytes,
    activityRowsPerSecond: Math.round((activityRows / activityMs) * 1000),
  };
}
