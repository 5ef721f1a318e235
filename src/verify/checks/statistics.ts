import type { Check, CheckReport } from '../check';
import { isProtected } from '../columns';
import type { StageTable } from '../stage-table';

/** The logs outside general have no minimum, maximum or null count of protected columns and raw cells (PRIV3). */
export const statistics: Check = {
  name: 'logs hold no protected values',
  rules: ['PRIV3'],
  run(context, report) {
    for (const { table, stages } of context.tables) {
      const isProtectedName = new Set(table.columns.filter(isProtected).map(({ name }) => name));
      const forbidden: Readonly<Record<string, (name: string) => boolean>> = {
        Ingested: (name) => /^_c\d+$/.test(name),
        Ingested_Corrected: (name) => isProtectedName.has(name),
        sensitive: (name) => isProtectedName.has(name),
        Rejected: (name) => name === 'cells' || name === 'raw',
      };
      for (const [name, isForbidden] of Object.entries(forbidden)) {
        const stage = stages.get(name as StageTable['stage']);
        if (stage !== undefined) checkStage(stage, isForbidden, report);
      }
    }
    return Promise.resolve();
  },
};

function checkStage(stage: StageTable, isForbidden: (name: string) => boolean, report: CheckReport): void {
  const told = new Map<string, number>();
  for (const { statistics: found } of stage.files) {
    report.examine();
    const names = new Set([found.minValues, found.maxValues, found.nullCount].flatMap((values) => Object.keys(values)));
    for (const name of names) if (isForbidden(name)) told.set(name, (told.get(name) ?? 0) + 1);
  }
  for (const [column, files] of told) {
    report.error(
      `The log of ${stage.stage} has statistics of a protected column: its smallest and greatest values can be read there.`,
      {
        table: stage.table,
        column,
        counts: { files },
      },
    );
  }
}
