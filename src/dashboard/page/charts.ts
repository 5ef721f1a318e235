import * as Plot from '@observablehq/plot';
import { hierarchy, treemap } from 'd3-hierarchy';
import type { Address, FilterField } from './address';
import { formatAddress, toggled } from './address';
import { drawing, figure, legend, colour, widthOf } from './figure';
import { formatDay, formatNumber, formatPersons, formatPeriod, formatShortDay } from './format';
import type { Numbers } from './numbers';

/** Adds a filter, or takes it away. */
function link(address: Address, field: FilterField, id: string): string {
  return formatAddress(toggled(address, field, id));
}

/** Users per kind of signal and week, as clustered columns. A column filters by its week. */
export function usersByKindAndWeek(numbers: Numbers, address: Address): HTMLElement {
  const { charted, values } = numbers.engagement;
  const grouping = charted.find(({ id }) => id === address.kinds) ?? charted[charted.length - 1];
  const kinds = grouping?.kinds ?? [];
  const names = kinds.map((kind) => values.kinds[kind - 1]?.name ?? '');
  const cells = values.weeks.flatMap((week, index) =>
    kinds.map((kind, at) => {
      const period = values.months.length + index + 1;
      return { week: week.id, kind: names[at] ?? '', at, value: numbers.users({ period, kind }) };
    }),
  );
  const shown = cells.filter(({ value }) => value !== null && value > 0);
  const isMany = values.weeks.length > 8;
  const text = ({ week, kind, value }: (typeof cells)[number]): string =>
    `${formatPeriod(week)}, ${kind}: ${formatPersons(value, numbers.isFiltered)} users`;
  const chart = drawing(
    {
      width: widthOf(true),
      height: 300,
      marginLeft: 48,
      fx: {
        label: null,
        padding: 0.15,
        tickFormat: formatShortDay,
        tickRotate: isMany ? -60 : 0,
        domain: values.weeks.map(({ id }) => id),
      },
      marginBottom: isMany ? 60 : 34,
      x: { axis: null, domain: names, padding: 0.08 },
      y: { label: 'Active users', grid: true, nice: true },
      marks: [
        Plot.ruleY([0]),
        Plot.barY(shown, {
          fx: 'week',
          x: 'kind',
          y: 'value',
          fill: ({ at }: (typeof cells)[number]) => colour(at),
          href: ({ week }: (typeof cells)[number]) => link(address, 'period', week),
          ariaLabel: text,
          title: text,
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

/** Smaller tiles than that many hold neither a name nor a number. */
const mostTiles = 60;

/** A tile of the treemap; without an id, that of all schools which have none of their own. */
interface Tile {
  readonly id?: string;
  readonly name: string;
  readonly value: number;
  readonly children?: readonly Tile[];
}

/** The largest schools, and in one tile together what is shown of the others. */
function schoolTiles(schools: readonly Tile[], chosen: string | undefined): Tile[] {
  const largest = schools.toSorted((a, b) => b.value - a.value);
  const own = largest.filter(({ id }, rank) => rank < mostTiles || id === chosen);
  const others = largest.filter(({ id }, rank) => rank >= mostTiles && id !== chosen);
  const value = others.reduce((total, one) => total + one.value, 0);
  return others.length === 0 ? own : [...own, { name: `${others.length} smaller schools`, value }];
}

/** Signals per school. A tile filters by its school. */
export function signalsBySchool(numbers: Numbers, address: Address): HTMLElement {
  const { schools } = numbers.engagement.values;
  const all = schools.map(({ id, name }, index) => ({ id, name, value: numbers.besideOthers(index + 1) }));
  const shown = schoolTiles(
    all.flatMap(({ id, name, value }) => (value === null || value === 0 ? [] : [{ id, name, value }])),
    address.school,
  );
  const [width, height] = [widthOf(false), 320];
  const root = hierarchy<Tile>({ name: '', value: 0, children: shown }).sum(({ value }) => value);
  const tiles = treemap<Tile>().size([width, height]).paddingInner(3)(root).leaves();
  const text = ({ data }: (typeof tiles)[number]): string => `${data.name}: ${formatNumber(data.value)} signals`;
  const label = ({ data, x0, x1, y0, y1 }: (typeof tiles)[number]): string => {
    const letters = Math.floor((x1 - x0 - 14) / 7.4);
    if (letters < 5 || y1 - y0 < 40) return '';
    const name = data.name.length > letters ? `${data.name.slice(0, letters - 1)}…` : data.name;
    return `${name}\n${formatNumber(data.value)}`;
  };
  const chart = drawing(
    {
      width,
      height,
      margin: 0,
      x: { axis: null, domain: [0, width], range: [0, width] },
      y: { axis: null, domain: [0, height], range: [0, height] },
      marks: [
        Plot.rect(tiles, {
          x1: 'x0',
          x2: 'x1',
          y1: 'y0',
          y2: 'y1',
          fill: ({ data }: (typeof tiles)[number]) =>
            data.id !== undefined && (data.id === address.school || address.school === undefined)
              ? 'var(--tile)'
              : 'var(--tile-off)',
          href: ({ data }: (typeof tiles)[number]) =>
            data.id === undefined ? undefined : link(address, 'school', data.id),
          ariaLabel: text,
          title: text,
          rx: 4,
        }),
        Plot.text(tiles, {
          x: 'x0',
          y: 'y0',
          dx: 9,
          dy: 9,
          text: label,
          textAnchor: 'start',
          lineAnchor: 'top',
          fill: 'var(--on-tile)',
          fontSize: 13,
          pointerEvents: 'none',
        }),
      ],
    },
    'Signals per school. Choose a tile to filter by its school.',
  );
  const hidden = all.filter(({ value }) => value === null).length;
  return figure({
    id: 'schools',
    title: 'Signals per school',
    note: `The school of the class, else of the person.${hidden > 0 ? ` ${hidden} not shown: too few people.` : ''} A tile filters.`,
    chart: shown.length === 0 ? undefined : chart,
    columns: ['School', 'Signals'],
    rows: () => all.map(({ name, value }) => [name, formatNumber(value)]),
  });
}

/** Signals per day, with terms and days on which nearly nothing happened. */
export function signalsByDay(numbers: Numbers): HTMLElement {
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
      width: widthOf(true),
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
