import * as Plot from '@observablehq/plot';
import { formatAddress, toggled, type Address } from './address';
import { drawing, figure, widthOf } from './figure';
import { formatNumber } from './format';
import type { Numbers } from './numbers';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Signals by weekday and hour. Of all weeks, because the hours of one week would tell about few. */
export function signalsByHour(numbers: Numbers): HTMLElement {
  const cells = weekdays.flatMap((weekday, day) =>
    Array.from({ length: 24 }, (_, hour) => ({ weekday, hour, value: numbers.hour(day + 1, hour) })),
  );
  const isSome = cells.some(({ value }) => value !== null && value > 0);
  const chart = drawing(
    {
      width: widthOf(false),
      height: 260,
      marginLeft: 40,
      padding: 0.06,
      x: {
        label: 'Hour',
        domain: Array.from({ length: 24 }, (_, hour) => hour),
        tickFormat: (hour: number) => (hour % 3 === 0 ? `${hour}` : ''),
      },
      y: { label: null, domain: [...weekdays] },
      opacity: { type: 'sqrt', range: [0.08, 1] },
      marks: [
        Plot.cell(cells, {
          x: 'hour',
          y: 'weekday',
          fill: ({ value }: { value: number | null }) => (value === null ? 'var(--hidden)' : 'var(--series-1)'),
          fillOpacity: ({ value }: { value: number | null }) => value ?? 0,
          title: ({ weekday, hour, value }: (typeof cells)[number]) =>
            `${weekday} ${hour}:00 to ${hour + 1}:00, ${formatNumber(value)} signals`,
          rx: 2,
        }),
      ],
    },
    'Signals by weekday and hour; the table below has the numbers',
  );
  return figure({
    id: 'hours',
    title: 'Signals by hour and weekday',
    note: `Time zone ${numbers.engagement.timeZone}. Over all weeks, whatever week is chosen.`,
    chart: isSome ? chart : undefined,
    columns: ['Weekday', ...Array.from({ length: 24 }, (_, hour) => String(hour))],
    rows: isSome
      ? () =>
          weekdays.map((weekday, day) => [
            weekday,
            ...Array.from({ length: 24 }, (_, hour) => formatNumber(numbers.hour(day + 1, hour))),
          ])
      : undefined,
  });
}

export function signalsByApp(numbers: Numbers, address: Address): HTMLElement {
  const rows = numbers.engagement.values.apps.map(({ id, name }, index) => ({
    id,
    name,
    value: numbers.signals({ app: index + 1 }),
    href: formatAddress(toggled(address, 'app', id)),
    isOn: address.app === undefined || address.app === id,
  }));
  return bars('apps', 'Signals per app', 'A bar filters by its app.', rows);
}

export function signalsByDevice(numbers: Numbers): HTMLElement {
  const rows = numbers.engagement.values.devices.map(({ name }, index) => ({
    name,
    value: numbers.device(index),
    isOn: true,
  }));
  return bars('devices', 'Signals per device or browser', 'Over all weeks, whatever week is chosen.', rows);
}

interface Bar {
  readonly name: string;
  readonly value: number | null;
  readonly href?: string;
  readonly isOn: boolean;
}

function bars(id: string, title: string, note: string, all: readonly Bar[]): HTMLElement {
  const shown = all.filter(({ value }) => value !== null && value > 0).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const text = ({ name, value }: Bar): string => `${name}: ${formatNumber(value)} signals`;
  const hrefs = shown.every(({ href }) => href !== undefined) ? { href: 'href', ariaLabel: text } : {};
  const chart = drawing(
    {
      width: widthOf(false),
      height: 46 + 30 * shown.length,
      marginLeft: 124,
      marginRight: 56,
      x: { label: null, axis: null, zero: true },
      y: { label: null, domain: shown.map(({ name }) => name), tickSize: 0 },
      marks: [
        Plot.barX(shown, {
          x: 'value',
          y: 'name',
          fill: ({ isOn }: Bar) => (isOn ? 'var(--series-1)' : 'var(--tile-off)'),
          title: text,
          rx: 3,
          insetTop: 2,
          insetBottom: 2,
          ...hrefs,
        }),
        Plot.text(shown, {
          x: 'value',
          y: 'name',
          text: ({ value }: Bar) => formatNumber(value),
          textAnchor: 'start',
          dx: 6,
          fill: 'var(--ink)',
        }),
      ],
    },
    `${title}.`,
  );
  return figure({
    id,
    title,
    note,
    chart: shown.length === 0 ? undefined : chart,
    columns: ['Name', 'Signals'],
    rows: () => all.map(({ name, value }) => [name, formatNumber(value)]),
  });
}
