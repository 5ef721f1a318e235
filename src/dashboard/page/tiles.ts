import { hierarchy, treemap } from 'd3-hierarchy';
import type { Shown } from '../published';
import { formatAddress, toggled, type Address } from './address';
import { svgElement } from './elements';
import { figure, picture } from './figure';
import { formatNumber } from './format';
import type { Numbers } from './numbers';

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
export function signalsBySchool(numbers: Numbers, address: Address, width: number): HTMLElement {
  const { schools } = numbers.engagement.values;
  const all = schools.map(({ id, name }, index) => ({ id, name, value: numbers.besideOthers(index + 1) }));
  const shown = schoolTiles(
    all.flatMap(({ id, name, value }) => (value === null || value === 0 ? [] : [{ id, name, value }])),
    address.school,
  );
  const height = 320;
  const root = hierarchy<Tile>({ name: '', value: 0, children: shown }).sum(({ value }) => value);
  const tiles = treemap<Tile>().size([width, height]).paddingInner(3)(root).leaves();
  const text = ({ data }: (typeof tiles)[number]): string => `${data.name}: ${formatNumber(data.value)} signals`;
  const label = ({ data, x0, x1, y0, y1 }: (typeof tiles)[number]): string[] => {
    const letters = Math.floor((x1 - x0 - 14) / 7.4);
    if (letters < 5 || y1 - y0 < 40) return [];
    const name = data.name.length > letters ? `${data.name.slice(0, letters - 1)}…` : data.name;
    return [name, formatNumber(data.value)];
  };
  const fill = ({ id }: Tile): string =>
    id !== undefined && (id === address.school || address.school === undefined) ? 'var(--tile)' : 'var(--tile-off)';
  const marks = tiles.map((tile) => {
    const { data, x0, x1, y0, y1 } = tile;
    const box = { x: x0, y: y0, width: x1 - x0, height: y1 - y0, rx: 4, fill: fill(data) };
    if (data.id === undefined) return svgElement('rect', { ...box, 'aria-label': text(tile) });
    const href = formatAddress(toggled(address, 'school', data.id));
    return svgElement('a', { href, 'aria-label': text(tile) }, svgElement('rect', box));
  });
  const labels = tiles.flatMap((tile) => {
    const place = { x: tile.x0 + 9, dy: '1em' };
    const lines = label(tile).map((line, index) =>
      svgElement('tspan', { ...place, y: tile.y0 + 9 + 13 * index }, line),
    );
    return lines.length === 0 ? [] : [svgElement('text', {}, ...lines)];
  });
  const chart = picture(
    { width, height, label: 'Signals per school. Choose a tile to filter by its school.', role: 'group' },
    ...marks,
    svgElement('g', { class: 'tile-names' }, ...labels),
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

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Signals by weekday and hour. Of all weeks, because the hours of one week would tell about few. */
export function signalsByHour(numbers: Numbers, width: number): HTMLElement {
  const cells = weekdays.flatMap((weekday, day) =>
    Array.from({ length: 24 }, (_, hour) => ({ weekday, hour, value: numbers.hour(day + 1, hour) })),
  );
  const isSome = cells.some(({ value }) => value !== null && value > 0);
  return figure({
    id: 'hours',
    title: 'Signals by hour and weekday',
    note: `Time zone ${numbers.engagement.timeZone}. Over all weeks, whatever week is chosen.`,
    chart: isSome ? hourTiles(cells, width) : undefined,
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

interface Hour {
  readonly weekday: string;
  readonly hour: number;
  readonly value: Shown;
}

/** @param cells from Monday, hour by hour */
function hourTiles(cells: readonly Hour[], width: number): Node {
  const height = 260;
  const [left, top] = [40, 20];
  const [across, down] = [(width - left - 20) / 24, (height - top - 30) / 7];
  const most = Math.max(...cells.map(({ value }) => value ?? 0));
  const tiles = cells.map(({ hour, value }, index) =>
    svgElement('rect', {
      x: left + across * hour,
      y: top + down * Math.floor(index / 24),
      width: 0.94 * across,
      height: 0.94 * down,
      class: value === null ? 'is-hidden' : undefined,
      // So that few signals are seen beside many.
      'fill-opacity': 0.08 + 0.92 * Math.sqrt((value ?? 0) / most),
    }),
  );
  const hours = Array.from({ length: 8 }, (_, index) =>
    svgElement('text', { x: left + across * (3 * index + 0.5), y: height - 17 }, String(3 * index)),
  );
  const days = weekdays.map((weekday, index) =>
    svgElement('text', { x: left - 6, y: top + down * (index + 0.5), dy: '0.32em', 'text-anchor': 'end' }, weekday),
  );
  const textOf = (tile: Element): string | null => {
    const cell = cells[tiles.indexOf(tile as SVGRectElement)];
    if (cell === undefined) return null;
    return `${cell.weekday} ${cell.hour}:00 to ${cell.hour + 1}:00, ${formatNumber(cell.value)} signals`;
  };
  const label = 'Signals by weekday and hour; the table below has the numbers';
  return picture(
    { width, height, label, role: 'img', textOf },
    svgElement('g', { class: 'hours' }, ...tiles),
    ...hours,
    ...days,
    svgElement('text', { x: left + 12 * across, y: height - 3 }, 'Hour'),
  );
}
