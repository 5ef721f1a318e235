import type { BenchReport, Figure, Measurement, Series } from './report';

/** The report for people: each series with its medians, then the figures with their budgets. */
export function formatTable(report: BenchReport): string {
  const { machine } = report;
  const cores = `${machine.cores} cores, ${machine.memoryMegabytes} MB, Node ${machine.node}, DuckDB ${machine.duckdb}`;
  const runs = `${report.runs} ${report.runs === 1 ? 'run' : 'runs'}${report.isQuick ? ', quick sizes' : ''}`;
  const lines = [`${cores}; ${runs}; load ${report.loadBefore[0]} before, ${report.loadAfter[0]} after`];
  const measured = report.measurements.flatMap((one) => (one.status === 'measured' ? [one] : []));
  if (measured.length > 0) {
    lines.push(
      '',
      ...aligned([['median of', 'ms', 'least', 'most', 'CPU ms', 'peak MB'], ...measured.flatMap(seriesRows)]),
    );
    const figures = measured.flatMap((one) => one.figures);
    lines.push('', ...aligned([['figure', 'value', 'budget', ''], ...figures.map(figureRow)]));
  }
  for (const one of report.measurements) {
    if (one.status !== 'measured') lines.push('', `${one.name} ${one.status}: ${one.reason}`);
  }
  return `${lines.join('\n')}\n`;
}

function seriesRows(measurement: Extract<Measurement, { status: 'measured' }>): string[][] {
  return measurement.series.map(({ name, median, samples }: Series) => {
    const walls = samples.map(({ wallMs }) => wallMs);
    const numbers = [median.wallMs, Math.min(...walls), Math.max(...walls), median.cpuMs, median.peakMegabytes];
    return [`${measurement.name}: ${name}`, ...numbers.map((number) => String(Math.round(number)))];
  });
}

function figureRow({ name, value, unit, budget, isWithin }: Figure): string[] {
  const verdict = isWithin === null ? '' : isWithin ? 'within' : 'OVER';
  return [name, withUnit(value, unit), budget === null ? '' : withUnit(budget, unit), verdict];
}

function withUnit(value: number, unit: Figure['unit']): string {
  return unit === 'ratio' ? `${value} ×` : `${value} ${unit}`;
}

/** The first and the last column to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const isText = column === 0 || cell === 'within' || cell === 'OVER';
        return isText ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
}
