import { rejectReasons, type TableFlow } from '../../contract/lake-format';
import { escapeMarkup, formatNumber } from './markup';

/** Rows of all tables together. */
export interface FlowTotals {
  readonly landed: number;
  readonly ingested: number;
  readonly corrected: number;
  readonly general: number;
  readonly sensitive: number;
  readonly duplicates: number;
  readonly superseded: number;
  readonly rejected: number;
  readonly kept: number;
  readonly erased: number;
}

export function rejectedOf({ rejected }: TableFlow): number {
  return rejectReasons.reduce((sum, reason) => sum + (rejected[reason] ?? 0), 0);
}

export function flowTotals(tables: readonly TableFlow[]): FlowTotals {
  const add = (value: (table: TableFlow) => number | null): number =>
    tables.reduce((sum, table) => sum + (value(table) ?? 0), 0);
  return {
    landed: add(({ landed }) => landed),
    ingested: add(({ ingested }) => ingested),
    corrected: add(({ corrected }) => corrected),
    general: add(({ general }) => general),
    sensitive: add(({ sensitive }) => sensitive),
    duplicates: add(({ duplicates }) => duplicates),
    superseded: add(({ superseded }) => superseded),
    rejected: add(rejectedOf),
    kept: add(({ kept }) => kept),
    erased: add(({ erased }) => erased ?? 0),
  };
}

const drawing = { width: 1040, top: 74, height: 150, barWidth: 16, first: 40, step: 280, below: 300 } as const;

/**
 * The rows as a river from Landed to general: each stage a bar as high as its rows, what leaves flows down beside it.
 * A stream is never thinner than two pixels, so that five rejected rows of 34,756 can be seen.
 */
export function renderFlow(tables: readonly TableFlow[]): string {
  const totals = flowTotals(tables);
  const stages = [
    { name: 'Landed', rows: totals.landed, note: 'as delivered' },
    { name: 'Ingested', rows: totals.ingested, note: 'read, as text' },
    { name: 'Corrected', rows: totals.corrected, note: 'typed, one row per key' },
    {
      name: 'General',
      rows: totals.general,
      note: totals.kept > 0 ? `with ${formatNumber(totals.kept)} kept` : 'pseudonymised',
    },
  ];
  const most = Math.max(1, ...stages.map(({ rows }) => rows));
  const heightOf = (rows: number): number => (rows === 0 ? 0 : Math.max(2, (rows / most) * drawing.height));
  const leaving = [
    { name: 'superseded', rows: totals.superseded },
    { name: 'duplicates', rows: totals.duplicates },
    { name: 'rejected', rows: totals.rejected },
  ].filter(({ rows }) => rows > 0);

  const parts: string[] = [];
  stages.forEach((stage, index) => {
    const x = drawing.first + index * drawing.step;
    const next = stages[index + 1];
    if (next !== undefined) {
      const passing = Math.min(stage.rows, next.rows);
      parts.push(ribbon(x + drawing.barWidth, heightOf(passing), x + drawing.step, heightOf(passing)));
    }
    parts.push(
      `<rect class="bar" x="${x}" y="${drawing.top}" width="${drawing.barWidth}" height="${round(heightOf(stage.rows))}"/>`,
    );
    parts.push(label(x, 26, 'small', stage.name), label(x, 52, 'big', formatNumber(stage.rows)));
    parts.push(label(x + drawing.barWidth + 8, drawing.top + 18, 'small', stage.note));
  });
  const bottom = drawing.top + heightOf(totals.ingested);
  let from =
    bottom -
    Math.min(
      heightOf(totals.ingested),
      leaving.reduce((sum, { rows }) => sum + heightOf(rows), 0),
    );
  leaving.forEach(({ name, rows }, index) => {
    const height = heightOf(rows);
    const start = drawing.first + drawing.step + drawing.barWidth;
    const x = start + 60 + index * 150;
    const thick = Math.min(90, height);
    parts.push(
      `<path class="gone-ribbon" d="M${start},${round(from)} C${x},${round(from)} ${x + thick},${round(from)} ${x + thick},${drawing.below} L${x},${drawing.below} C${x},${round(from + height)} ${x},${round(from + height)} ${start},${round(from + height)} Z"/>`,
      `<rect class="gone" x="${x}" y="${drawing.below}" width="${Math.max(12, thick)}" height="5"/>`,
      label(x, drawing.below + 26, '', `${formatNumber(rows)} ${name}`),
    );
    from += height;
  });
  const described =
    stages.map(({ name, rows }) => `${name} ${formatNumber(rows)}`).join(', ') +
    (leaving.length === 0
      ? ''
      : `; left: ${leaving.map(({ name, rows }) => `${formatNumber(rows)} ${name}`).join(', ')}`);
  const height = leaving.length > 0 ? drawing.below + 46 : drawing.top + drawing.height + 24;
  return `<svg class="flow" viewBox="0 0 ${drawing.width} ${height}" role="img" aria-label="${escapeMarkup(`Rows through the stages: ${described}`)}">${parts.join('')}</svg>`;
}

function ribbon(x: number, height: number, toX: number, toHeight: number): string {
  const middle = (x + toX) / 2;
  const [bottom, toBottom] = [round(drawing.top + height), round(drawing.top + toHeight)];
  return `<path class="ribbon" d="M${x},${drawing.top} C${middle},${drawing.top} ${middle},${drawing.top} ${toX},${drawing.top} L${toX},${toBottom} C${middle},${toBottom} ${middle},${bottom} ${x},${bottom} Z"/>`;
}

function label(x: number, y: number, kind: string, text: string): string {
  return `<text x="${x}" y="${y}"${kind === '' ? '' : ` class="${kind}"`}>${escapeMarkup(text)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
