import type { FilterValue } from '../published';
import { filterFields, formatAddress, toggled, withoutFilters, type Address, type FilterField } from './address';
import { signalsByDay, signalsBySchool, usersByKindAndWeek } from './charts';
import { dataTable, element } from './elements';
import { widthOf } from './figure';
import { formatNumber, formatPeriod, formatPersons } from './format';
import { signalsByApp, signalsByDevice, signalsByHour } from './more-charts';
import type { Numbers } from './numbers';
import { topics } from './topics';

/** The first page: who used what, when and where. */
export function engagementPage(numbers: Numbers, address: Address): Node[] {
  const heading = element('h1', {}, 'Engagement');
  if (numbers.class !== undefined) return [heading, slicers(numbers, address), ...classPage(numbers, address)];
  const groups = groupingLinks(numbers, address);
  return [
    heading,
    slicers(numbers, address),
    cards(numbers),
    element(
      'div',
      { class: 'grid' },
      groups,
      usersByKindAndWeek(numbers, address),
      signalsBySchool(numbers, address),
      signalsByHour(numbers),
      signalsByDay(numbers),
      signalsByApp(numbers, address),
      signalsByDevice(numbers),
      topics(numbers, address),
      classesTable(numbers, address),
    ),
  ];
}

function slicers(numbers: Numbers, address: Address): HTMLElement {
  const { values } = numbers.engagement;
  const periods = numbers.periods.map(({ id }) => ({ id, name: formatPeriod(id) }));
  const roles = values.roles.map(({ id, name, parent }) => ({ id, name: parent > 0 ? `– ${name}` : name }));
  const isHiddenRole = (index: number): boolean => numbers.signals({ role: index + 1 }) === null;
  const isHiddenApp = (index: number): boolean => numbers.signals({ app: index + 1 }) === null;
  const isHiddenPeriod = (index: number): boolean => numbers.signals({ period: index + 1 }) === null;
  const none = (): boolean => false;
  const isSet = filterFields.some((field) => address[field] !== undefined);
  return element(
    'form',
    { class: 'slicers', 'aria-label': 'Filters' },
    select('school', 'School', values.schools, address, (index) => numbers.besideOthers(index + 1) === null),
    select(
      'class',
      'Class',
      numbers.own.classes,
      address,
      none,
      address.school === undefined ? 'Choose a school first' : undefined,
    ),
    select('role', 'Role', roles, address, isHiddenRole),
    select('app', 'App', values.apps, address, isHiddenApp),
    select('period', 'Dates', periods, address, isHiddenPeriod),
    isSet ? element('a', { class: 'reset', href: formatAddress(withoutFilters(address)) }, 'Clear all') : undefined,
  );
}

function select(
  field: FilterField,
  label: string,
  values: readonly FilterValue[],
  address: Address,
  isHidden: (index: number) => boolean,
  instead?: string,
): HTMLElement {
  const all = element('option', { value: '' }, instead ?? 'All');
  const options = values.map(({ id, name }, index) => {
    const isOff = isHidden(index) && address[field] !== id;
    return element(
      'option',
      { value: id, disabled: isOff, selected: address[field] === id },
      isOff ? `${name} (too few)` : name,
    );
  });
  const made = element('select', { name: field, id: `filter-${field}`, disabled: instead !== undefined }, all, options);
  made.addEventListener('change', () => {
    // Set to the value chosen, also where that is the one that is set.
    const without = { ...address, [field]: undefined };
    location.hash = formatAddress(toggled(without, field, made.value === '' ? undefined : made.value));
  });
  return element('label', { for: `filter-${field}` }, element('span', {}, label), made);
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

/** Whether a drawing must be made anew for another width of the window. */
export function layoutWidth(): number {
  return widthOf(true);
}
