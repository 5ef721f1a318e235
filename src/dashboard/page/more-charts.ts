import * as Plot from '@observablehq/plot';
import { formatAddress, toggled, type Address } from './address';
import { drawing, figure } from './figure';
import { formatNumber } from './format';
import type { Numbers } from './numbers';

export function signalsByApp(numbers: Numbers, address: Address, width: number): HTMLElement {
  const rows = numbers.engagement.values.apps.map(({ id, name }, index) => ({
    id,
    name,
    value: numbers.signals({ app: index + 1 }),
    href: formatAddress(toggled(address, 'app', id)),
    isOn: address.app === undefined || address.app === id,
  }));
  return bars('apps', 'Signals per app', 'A bar filters by its app.', rows, width);
}

export function signalsByDevice(numbers: Numbers, width: number): HTMLElement {
  const rows = numbers.engagement.values.devices.map(({ name }, index) => ({
    name,
    value: numbers.device(index),
    isOn: true,
  }));
  return bars('devices', 'Signals per device or browser', 'Over all weeks, whatever week is chosen.', rows, width);
}

interface Bar {
  readonly name: string;
  readonly value: number | null;
  readonly href?: string;
  readonly isOn: boolean;
}

function bars(id: string, title: string, note: string, all: readonly Bar[], width: number): HTMLElement {
  const shown = all.filter(({ value }) => value !== null && value > 0).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const text = ({ name, value }: Bar): string => `${name}: ${formatNumber(value)} signals`;
  const links = shown.every(({ href }) => href !== undefined) ? { href: 'href', ariaLabel: text } : { title: text };
  const chart = drawing(
    {
      width,
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
          rx: 3,
          insetTop: 2,
          insetBottom: 2,
          ...links,
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
