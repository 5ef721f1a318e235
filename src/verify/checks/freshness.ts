import type { Table } from '../../catalogue/model';
import type { Check, CheckReport } from '../check';
import { newestRundates } from '../flow';
import { sayWaiting } from './waiting-units';

const millisecondsPerDay = 24 * 60 * 60 * 1000;

/** How new the data is, and what never came. All of it is information, a holiday is no fault; unless nothing came through at all. */
export const freshness: Check = {
  name: 'tables are fresh and complete',
  rules: ['ROW2', 'ROW3'],
  async run(context, report) {
    await sayWaiting(context, report);
    const newest = newestRundates(context);
    const delivered = context.tables.filter(({ table }) => newest[table.name] !== null);
    report.examine(delivered.length);
    const sources = new Map<string, { newest: string; tables: number }>();
    for (const { table } of delivered) {
      const rundate = newest[table.name] ?? '';
      const known = sources.get(table.source);
      sources.set(table.source, {
        newest: known === undefined || known.newest < rundate ? rundate : known.newest,
        tables: (known?.tables ?? 0) + 1,
      });
    }
    for (const [source, { newest: rundate, tables }] of sources) {
      report.information(`The newest processed ${source} is of ${rundate} UTC.`, { counts: { tables } });
    }
    const missing = context.tables.map(({ table }) => table).filter(({ name }) => newest[name] === null);
    const isExpected = ({ required, source }: Table): boolean => required && sources.has(source);
    sayMissing('warning', 'Required tables were never delivered', missing.filter(isExpected), report);
    sayMissing(
      'information',
      'Tables were never delivered',
      missing.filter((table) => !isExpected(table)),
      report,
    );
    const [roster, activity] = [sources.get('roster'), sources.get('activity')];
    if (roster !== undefined && activity !== undefined) {
      const days = Math.floor((time(activity.newest) - time(roster.newest)) / millisecondsPerDay);
      if (days > (context.options.staleAfterDays ?? 7)) {
        report.information(
          'The roster is older than the activity, so newcomers are not in it. Check the roster export.',
          {
            counts: { days },
          },
        );
      }
    }
  },
};

function sayMissing(
  severity: 'warning' | 'information',
  what: string,
  tables: readonly Table[],
  report: CheckReport,
): void {
  if (tables.length === 0) return;
  const names = tables.map(({ name }) => name).join(', ');
  report[severity](`${what}, so there was nothing to check: ${names}.`, { counts: { tables: tables.length } });
}

function time(rundate: string): number {
  return Date.parse(`${rundate.replace(' ', 'T')}Z`);
}
