import type { RunReport } from '../../contract/lake-format';
import type { ModelColumn, ModelTable } from './model';
import { formatStrings } from './model';

/** A row of the table Quality: what a run did with a table. No cells, no persons (ROW13). */
export interface QualityRow {
  readonly Run: string;
  readonly Finished: string;
  readonly Outcome: string;
  readonly Table: string;
  readonly Landed: number;
  readonly Duplicates: number;
  readonly Rejected: number;
  readonly General: number | null;
}

/** The rows of a run's report. */
export function qualityRows(report: RunReport): readonly QualityRow[] {
  return report.tables.map((flow) => ({
    Run: report.runId,
    Finished: report.finishedAt,
    Outcome: report.outcome,
    Table: flow.table,
    Landed: flow.landed,
    Duplicates: flow.duplicates,
    Rejected: Object.values(flow.rejected).reduce((sum, count) => sum + count, 0),
    General: flow.general,
  }));
}

const text = (name: keyof QualityRow, description: string): ModelColumn => ({
  name,
  description,
  dataType: 'string',
  isHidden: false,
});
const amount = (name: keyof QualityRow, description: string): ModelColumn => ({
  name,
  description,
  dataType: 'int64',
  isHidden: true,
});

const whole = { folder: 'Data quality', formatString: formatStrings.whole, isHidden: false } as const;

export const qualityTable: ModelTable = {
  name: 'Quality',
  description: 'What each run of the pipeline did with each table, from the ledger in its report: rows, never cells.',
  isHidden: false,
  isCalendar: false,
  source: { kind: 'runs', name: 'runs' },
  columns: [
    text('Run', 'The run; the newest has the greatest name.'),
    {
      name: 'Finished',
      dataType: 'dateTime',
      description: 'When the run ended, in UTC.',
      isHidden: false,
      formatString: 'yyyy-mm-dd hh:nn',
    },
    text('Outcome', 'Succeeded, nothing to do, or failed.'),
    text('Table', 'The table of the catalogue.'),
    amount('Landed', 'Rows delivered.'),
    amount('Duplicates', 'Rows delivered twice.'),
    amount('Rejected', 'Rows kept in Rejected with a reason.'),
    amount('General', 'Rows in Refined/general after the run.'),
  ],
  measures: [
    { ...whole, name: 'Rows Landed', description: 'Rows that were delivered.', dax: 'SUM(Quality[Landed])' },
    {
      ...whole,
      name: 'Duplicate Rows',
      description: 'Rows that were delivered twice.',
      dax: 'SUM(Quality[Duplicates])',
    },
    {
      ...whole,
      name: 'Rows Rejected',
      description: 'Rows that were kept in Rejected, with a reason, instead of being published.',
      dax: 'SUM(Quality[Rejected])',
    },
    {
      ...whole,
      name: 'Latest Run',
      description: 'When the last run ended, in UTC: how fresh the numbers can be.',
      dax: 'MAX(Quality[Finished])',
      formatString: 'yyyy-mm-dd hh:nn',
    },
  ],
};
