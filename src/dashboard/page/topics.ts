import * as Plot from '@observablehq/plot';
import type { MeasureText, Shown } from '../published';
import { formatAddress, toggled, type Address } from './address';
import { closedTable, element } from './elements';
import { drawing } from './figure';
import { formatDay, formatNumber, formatPeriod, formatPersons, formatShortDay } from './format';
import type { Numbers } from './numbers';

/** Meetings, assignments and reading: their measures, and how the first of each goes from week to week. */
export function topics(numbers: Numbers, address: Address): HTMLElement {
  return element(
    'div',
    { class: 'topics wide' },
    topic('meetings', 'Meetings', numbers, address, [
      'Meetings',
      'Meeting Participants',
      'Meeting Minutes',
      'Minutes per Participant',
    ]),
    topic('assignments', 'Assignments', numbers, address, [
      'Assignments Given',
      'Work Opened',
      'Work Turned In',
      'Turn-in Rate',
      'On-time Rate',
    ]),
    topic('reading', 'Reading progress', numbers, address, [
      'Reading Submissions',
      'Readers',
      'Words per Minute',
      'Reading Accuracy',
    ]),
  );
}

/** The measures of a topic, and the first of them per week, in a drawing; all of them in the table below. */
function topic(
  id: string,
  title: string,
  numbers: Numbers,
  address: Address,
  [first, ...others]: readonly [string, ...string[]],
): HTMLElement {
  const names = [first, ...others];
  const items = names.flatMap((name) => {
    const measure = numbers.engagement.measures.find((one) => one.name === name);
    if (measure === undefined) return [];
    const number = numbers.measure(name);
    const value = measureText(number, measure, numbers);
    return [
      element('dt', {}, name),
      element(
        'dd',
        {},
        element('strong', { class: value === 'hidden' ? 'is-hidden' : undefined }, value),
        element('span', {}, measure.description),
      ),
    ];
  });
  return element(
    'section',
    { class: 'card topic', id },
    element('h2', {}, title),
    element('dl', {}, items),
    weeksOf(first, names, numbers, address),
  );
}

function weeksOf(first: string, names: readonly string[], numbers: Numbers, address: Address): Node[] {
  const chart = measureByWeek(first, numbers, address);
  if (chart === undefined) return [];
  const { values, measures } = numbers.engagement;
  const listed = measures.filter(({ name }) => names.includes(name));
  const rows = (): string[][] =>
    values.weeks.map(({ id }, index) => [
      formatDay(id),
      ...listed.map((measure) =>
        measureText(numbers.measure(measure.name, { period: values.months.length + index + 1 }), measure, numbers),
      ),
    ]);
  return [
    element('h3', {}, `${first} per week`),
    element('p', { class: 'note' }, 'A column filters by its week.'),
    chart,
    closedTable(`${first} and more per week`, ['Week', ...listed.map(({ name }) => name)], rows),
  ];
}

/** Of nobody there is no average. */
function measureText(value: Shown, { format, arePersons }: MeasureText, { isFiltered }: Numbers): string {
  if (value === 0 && format !== 'whole') return '–';
  return arePersons ? formatPersons(value, isFiltered) : formatNumber(value, format);
}

/** A measure per week, as columns. A column filters by its week. */
function measureByWeek(name: string, numbers: Numbers, address: Address): Node | undefined {
  const { values } = numbers.engagement;
  const weeks = values.weeks.map(({ id }, index) => ({
    id,
    node: values.months.length + index + 1,
    value: numbers.measure(name, { period: values.months.length + index + 1 }),
  }));
  const shown = weeks.filter(({ value }) => value !== null && value > 0);
  if (shown.length === 0) return undefined;
  const isMany = values.weeks.length > 6;
  const text = ({ id, value }: (typeof weeks)[number]): string =>
    `${formatPeriod(id)}: ${formatNumber(value)}, ${name}`;
  return drawing(
    {
      width: 380,
      height: isMany ? 200 : 170,
      marginLeft: 48,
      marginBottom: isMany ? 56 : 30,
      x: {
        label: null,
        padding: 0.2,
        tickFormat: formatShortDay,
        tickRotate: isMany ? -60 : 0,
        domain: values.weeks.map(({ id }) => id),
      },
      y: { label: null, grid: true, nice: true, ticks: 4 },
      marks: [
        Plot.ruleY([0]),
        Plot.barY(shown, {
          x: 'id',
          y: 'value',
          fill: ({ node }: (typeof weeks)[number]) =>
            node === numbers.period || numbers.period === 0 ? 'var(--series-1)' : 'var(--tile-off)',
          href: ({ id }: (typeof weeks)[number]) => formatAddress(toggled(address, 'period', id)),
          ariaLabel: text,
          rx: 2,
        }),
      ],
    },
    `${name} per week. Choose a column to filter by its week.`,
  );
}
