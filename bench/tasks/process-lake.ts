import { loadCatalogue } from '../../src/catalogue/load';
import type { RunReport } from '../../src/contract/lake-format';
import { LakePaths } from '../../src/contract/lake-paths';
import { defaultDataVersion, parseDataVersion, parseWorkspaceName } from '../../src/contract/versions';
import { defaultEngineSettings } from '../../src/engine/engine-context';
import { processDrop } from '../../src/engine/process';
import { FolderStore } from '../../src/lake/folder-store';
import type { Counts, Timed } from '../tasks';
import { benchSalt } from './salt';
import { countOperations } from './count-operations';

export interface ProcessLakeInput {
  /** Folder that holds `M365/`. */
  readonly drop: string;
  readonly lake: string;
  /** Another outcome is an error: what was measured would not be what the name says. */
  readonly expect: RunReport['outcome'];
}

export const benchPaths = new LakePaths(parseWorkspaceName('dev'), parseDataVersion(defaultDataVersion));

/** `processDrop` on a folder lake, as durable as the command makes it; the catalogue is loaded before the clock starts. */
export async function processLake(input: ProcessLakeInput, timed: Timed): Promise<Counts> {
  const catalogue = loadCatalogue('strict');
  const drop = new FolderStore(input.drop);
  const { store, operations } = countOperations(new FolderStore(input.lake));
  try {
    const report = await timed(() =>
      processDrop({
        drop: { store: drop, prefix: '' },
        store,
        paths: benchPaths,
        catalogue,
        salt: benchSalt,
        settings: defaultEngineSettings,
        // The budgets are those of stages 1 and 2 (design.md §9).
        digitalEngagement: false,
      }),
    );
    if (report.outcome !== input.expect) {
      const codes = [...new Set(report.messages.map(({ code }) => code))].join(', ');
      throw new Error(`The run ended with "${report.outcome}" (${codes}) where "${input.expect}" was expected.`);
    }
    const sum = (of: (flow: RunReport['tables'][number]) => number): number =>
      report.tables.reduce((total, flow) => total + of(flow), 0);
    return {
      tables: report.tables.length,
      landedRows: sum(({ landed }) => landed),
      correctedRows: sum(({ corrected }) => corrected),
      storeOperations: operations(),
    };
  } finally {
    await store.close();
    await drop.close();
  }
}
