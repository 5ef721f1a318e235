import { formatAddress, toggled, type Address } from './address';
import { signalsByDay, usersByKindAndWeek } from './charts';
import { dataTable, element } from './elements';
import { roomOnPage, type Room } from './figure';
import { formatNumber, formatPeriod, formatPersons } from './format';
import { signalsByApp, signalsByDevice } from './more-charts';
import type { Numbers } from './numbers';
import { PartGrid, type Part } from './part-grid';
import { Slicers } from './slicers';
import { signalsByHour, signalsBySchool } from './tiles';
import { topics } from './topics';

/** The first page: who used what, when and where. It stays where it is while filters change, and only what changes is made anew. */
export class EngagementPage {
  private readonly heading = element('h1', {}, 'Engagement');
  private readonly slicers = new Slicers();
  readonly grid = new PartGrid();
  private room = roomOnPage();

  /** Takes the room that there is now on the screen or on paper. */
  fit(): Room {
    this.room = roomOnPage();
    return this.room;
  }

  /** What stands on the page. The parts of the grid have their places, and are not drawn yet. */
  nodes(numbers: Numbers, address: Address): Node[] {
    const slicers = this.slicers.update(numbers, address);
    this.grid.arrange(numbers.class === undefined ? parts(numbers, address, this.room) : []);
    if (numbers.class !== undefined) return [this.heading, slicers, ...classPage(numbers, address)];
    return [this.heading, slicers, cards(numbers), this.grid.node];
  }
}

function parts(numbers: Numbers, address: Address, { wide, half }: Room): readonly Part[] {
  const all = `${wide} ${formatAddress(address)}`;
  // Whose drawings have no links, and no weeks.
  const weekless = `${wide} ${formatAddress({ ...address, period: undefined, kinds: undefined })}`;
  return [
    { id: 'switch', isWide: true, of: all, draw: () => groupingLinks(numbers, address) },
    { id: 'kinds', isWide: true, of: all, draw: () => usersByKindAndWeek(numbers, address, wide) },
    { id: 'schools', isWide: false, of: all, draw: () => signalsBySchool(numbers, address, half) },
    { id: 'hours', isWide: false, of: weekless, draw: () => signalsByHour(numbers, half) },
    { id: 'days', isWide: true, of: all, draw: () => signalsByDay(numbers, wide) },
    { id: 'apps', isWide: false, of: all, draw: () => signalsByApp(numbers, address, half) },
    { id: 'devices', isWide: false, of: weekless, draw: () => signalsByDevice(numbers, half) },
    { id: 'topics', isWide: true, of: all, draw: () => topics(numbers, address) },
    { id: 'classes', isWide: true, of: all, draw: () => classesTable(numbers, address) },
  ];
}

function cards(numbers: Numbers): HTMLElement {
  const role = numbers.role === 0;
  const shown: readonly (readonly [string, string])[] = [
    ['Signals', formatNumber(numbers.signals())],
    ['Active users', formatPersons(numbers.users(), numbers.isFiltered)],
    ...(role
      ? [['Active students', formatPersons(numbers.measure('Active Students'), numbers.isFiltered)] as const]
      : []),
    ['Schools', formatNumber(numbers.school > 0 ? 1 : numbers.measure('Active Schools'))],
    ['Classes', formatNumber(numbers.measure('Active Classes'))],
    ['Days', formatNumber(numbers.measure('Days'))],
  ];
  return element(
    'ul',
    { class: 'cards', 'aria-label': 'Summary' },
    shown.map(([name, value]) => card(name, value)),
  );
}

function card(name: string, value: string): HTMLElement {
  return element(
    'li',
    {},
    element('strong', { class: value === 'hidden' ? 'is-hidden' : undefined }, value),
    element('span', {}, name),
  );
}

/** Which grouping of kinds is charted. */
function groupingLinks(numbers: Numbers, address: Address): HTMLElement {
  const { charted } = numbers.engagement;
  const chosen = charted.some(({ id }) => id === address.kinds) ? address.kinds : charted.at(-1)?.id;
  return element(
    'p',
    { class: 'switch wide' },
    'Kinds of signals: ',
    charted.map(({ id, name }) =>
      element(
        'a',
        { href: formatAddress({ ...address, kinds: id }), 'aria-current': id === chosen ? 'true' : undefined },
        name,
      ),
    ),
  );
}

function classesTable(numbers: Numbers, address: Address): HTMLElement {
  const { classes } = numbers.own;
  const note = 'What students did in each class, rounded to 5; whole weeks only. Fewer than 5 students are hidden.';
  if (address.school === undefined || address.role !== undefined) {
    const why =
      address.school === undefined
        ? 'Choose a school to see its classes.'
        : 'Classes show students only: take the role away.';
    return element(
      'section',
      { class: 'card wide', id: 'classes' },
      element('h2', {}, 'Classes'),
      element('p', { class: 'note' }, note),
      element('p', { class: 'nothing' }, why),
    );
  }
  const rows = classes.map((one) => [
    element('a', { href: formatAddress(toggled(address, 'class', one.id)) }, one.name),
    formatPersons(numbers.classNumber(one.students), true),
    formatPersons(numbers.classNumber(one.signals), true),
  ]);
  return element(
    'section',
    { class: 'card wide', id: 'classes' },
    element('h2', {}, 'Classes'),
    element('p', { class: 'note' }, note),
    dataTable('Classes of the school', ['Class', 'Active students', 'Signals'], rows),
  );
}

/** A single class: students only, whole weeks, and at most week and app beside it (CELL3). */
function classPage(numbers: Numbers, address: Address): Node[] {
  const own = numbers.class!;
  const { weeks, months, apps } = numbers.engagement.values;
  const two = (change: { period?: number; app?: number }): [string, string] => [
    formatPersons(numbers.classNumber(own.students, change), true),
    formatPersons(numbers.classNumber(own.signals, change), true),
  ];
  const columns = ['Active students', 'Signals'];
  return [
    element('h2', { class: 'class-name' }, own.name),
    element(
      'p',
      { class: 'note' },
      'Students of one class: rounded to 5, whole weeks, filtered by app and dates only. Numbers of fewer than 5 students are hidden, and so are nothing and few alike.',
    ),
    element(
      'ul',
      { class: 'cards', 'aria-label': 'Summary' },
      two({}).map((value, index) => card(columns[index] ?? '', value)),
    ),
    element(
      'div',
      { class: 'grid' },
      element(
        'section',
        { class: 'card' },
        element('h2', {}, 'By week'),
        dataTable(
          'Weeks',
          ['Week', ...columns],
          weeks.map(({ id }, index) => [
            element('a', { href: formatAddress(toggled(address, 'period', id)) }, formatPeriod(id)),
            ...two({ period: months.length + index + 1 }),
          ]),
        ),
      ),
      element(
        'section',
        { class: 'card' },
        element('h2', {}, 'By app'),
        dataTable(
          'Apps',
          ['App', ...columns],
          apps.map(({ id, name }, index) => [
            element('a', { href: formatAddress(toggled(address, 'app', id)) }, name),
            ...two({ app: index + 1 }),
          ]),
        ),
      ),
    ),
  ];
}
