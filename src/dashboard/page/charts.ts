import * as Plot from '@observablehq/plot';
import { formatAddress, toggled, type Address } from './address';
import { drawing, figure, legend, colour } from './figure';
import { formatDay, formatNumber, formatPersons, formatPeriod, formatShortDay } from './format';
import type { Numbers } from './numbers';

/** Users per kind of signal and week, as clustered columns. A column filters by its week. */
export function usersByKindAndWeek(numbers: Numbers, address: Address, width: number): HTMLElement {
  const { charted, values } = numbers.engagement;
  const grouping = charted.find(({ id }) => id === address.kinds) ?? charted[charted.length - 1];
  const kinds = grouping?.kinds ?? [];
  const names = kinds.map((kind) => values.kinds[kind - 1]?.name ?? '');
  const cells = values.weeks.flatMap((week, index) =>
    kinds.map((kind, at) => {
      const period = values.months.length + index + 1;
      return { week: week.id, index, kind: names[at] ?? '', at, value: numbers.users({ period, kind }) };
    }),
  );
  const shown = cells.filter(({ value }) => value !== null && value > 0);
  const isMany = values.weeks.length > 8;
  // Weeks beside each other, each a unit wide, and the columns of its kinds within it: facets would draw the lines of each anew.
  const column = 0.85 / names.length;
  const left = ({ index, at }: (typeof cells)[number]): number => index + 0.075 + (at + 0.04) * column;
  const text = ({ week, kind, value }: (typeof cells)[number]): string =>
    `${formatPeriod(week)}, ${kind}: ${formatPersons(value, numbers.isFiltered)} users`;
  const chart = drawing(
    {
      width,
      height: 300,
      marginLeft: 48,
      marginBottom: isMany ? 60 : 34,
      x: { axis: null, domain: [0, values.weeks.length] },
      y: { label: 'Active users', grid: true, nice: true },
      marks: [
        Plot.ruleY([0]),
        Plot.axisX(
          values.weeks.map((_, index) => index + 0.5),
          {
            tickSize: 0,
            tickRotate: isMany ? -60 : 0,
            tickFormat: (middle: number) => formatShortDay(values.weeks[Math.floor(middle)]?.id ?? ''),
          },
        ),
        Plot.rectY(shown, {
          x1: left,
          x2: (cell: (typeof cells)[number]) => left(cell) + 0.92 * column,
          y1: 0,
          y2: 'value',
          fill: ({ at }: (typeof cells)[number]) => colour(at),
          href: ({ week }: (typeof cells)[number]) => formatAddress(toggled(address, 'period', week)),
          ariaLabel: text,
          rx: 2,
        }),
      ],
    },
    'Active users per kind of signal and week. Choose a column to filter by its week.',
  );
  return figure({
    id: 'kinds',
    title: 'Active users per kind of signal and week',
    note: 'Each account counts once per kind and week. A column filters by its week.',
    chart: shown.length === 0 ? undefined : chart,
    extra: legend(names),
    columns: ['Week', ...names],
    rows: () =>
      values.weeks.map(({ id }) => [
        formatDay(id),
        ...names.map((name) => {
          const cell = cells.find(({ week, kind }) => week === id && kind === name);
          return formatPersons(cell?.value ?? null, numbers.isFiltered);
        }),
      ]),
    isWide: true,
  });
}

/** Signals per day, with terms and days on which nearly nothing happened. */
export function signalsByDay(numbers: Numbers, width: number): HTMLElement {
  const { values, terms } = numbers.engagement;
  const days = numbers.daysShown().map((index) => ({ day: values.days[index]?.id ?? '', value: numbers.day(index) }));
  const at = (day: string): Date => new Date(day);
  const last = days.at(-1)?.day ?? '';
  const first = days[0]?.day ?? '';
  const quiet = quietDays(days);
  const marked = terms.flatMap(({ name, from, until }) =>
    from > first && from <= last ? [{ name, day: from, until }] : [],
  );
  const chart = drawing(
    {
      width,
      height: 240,
      marginLeft: 52,
      x: { type: 'utc', label: null },
      y: { label: 'Signals', grid: true, nice: true, zero: true },
      marks: [
        Plot.rectX(quiet, {
          x1: (one: Quiet) => at(one.from),
          x2: (one: Quiet) => new Date(at(one.until).getTime() + 86_400_000),
          fill: 'var(--quiet)',
        }),
        Plot.ruleY([0]),
        Plot.lineY(days, {
          x: ({ day }: { day: string }) => at(day),
          y: 'value',
          stroke: 'var(--series-1)',
          strokeWidth: 2,
        }),
        Plot.dot(days, {
          x: ({ day }: { day: string }) => at(day),
          y: 'value',
          r: days.length > 60 ? 0 : 3,
          fill: 'var(--series-1)',
          title: ({ day, value }: { day: string; value: number | null }) =>
            `${formatDay(day)}: ${formatNumber(value)} signals`,
        }),
        Plot.ruleX(marked, {
          x: ({ day }: { day: string }) => at(day),
          stroke: 'var(--ink-soft)',
          strokeDasharray: '4 3',
        }),
        Plot.text(marked, {
          x: ({ day }: { day: string }) => at(day),
          frameAnchor: 'top',
          dx: 5,
          textAnchor: 'start',
          text: 'name',
          fill: 'var(--ink-soft)',
        }),
      ],
    },
    'Signals per day',
  );
  const current = terms.find(({ from, until }) => from <= first && until >= first);
  const parts = [
    current === undefined ? undefined : `Begins in ${current.name}.`,
    quiet.length > 0 ? 'Grey: school days with hardly any signals, such as holidays.' : undefined,
    'A gap is a day that is hidden.',
  ];
  return figure({
    id: 'days',
    title: 'Signals per day',
    note: parts.filter((part) => part !== undefined).join(' '),
    chart: days.some(({ value }) => value !== null && value > 0) ? chart : undefined,
    columns: ['Day', 'Signals'],
    rows: () => days.map(({ day, value }) => [formatDay(day), formatNumber(value)]),
    isWide: true,
  });
}

interface Quiet {
  readonly from: string;
  readonly until: string;
}

/** Runs of days from Monday to Friday with less than a tenth of the usual signals. */
function quietDays(days: readonly { readonly day: string; readonly value: number | null }[]): Quiet[] {
  const isSchoolDay = (day: string): boolean => ![0, 6].includes(new Date(day).getUTCDay());
  const usual = days
    .filter(({ day, value }) => isSchoolDay(day) && value !== null)
    .map(({ value }) => value ?? 0)
    .sort((a, b) => a - b);
  const limit = (usual[Math.floor(usual.length / 2)] ?? 0) / 10;
  const runs: { from: string; until: string }[] = [];
  let isOpen = false;
  for (const { day, value } of days) {
    if (!isSchoolDay(day)) continue;
    const isQuiet = value !== null && value < limit;
    const open = runs.at(-1);
    if (isQuiet && isOpen && open !== undefined) open.until = day;
    else if (isQuiet) runs.push({ from: day, until: day });
    isOpen = isQuiet;
  }
  return runs;
}
