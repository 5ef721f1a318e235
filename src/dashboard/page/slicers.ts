import type { FilterValue } from '../published';
import { filterFields, formatAddress, toggled, withoutFilters, type Address, type FilterField } from './address';
import { afterPaint, element, placeChildren } from './elements';
import { formatPeriod } from './format';
import type { Numbers } from './numbers';

/** A choice of a slicer; one of too few people cannot be chosen. */
interface Choice extends FilterValue {
  readonly isOff: boolean;
}

/** The filters. Their selects stay while filters change: a lake can have a thousand schools. */
export class Slicers {
  private readonly form = element('form', { class: 'slicers', 'aria-label': 'Filters' });
  private readonly slicers: Readonly<Record<FilterField, Slicer>>;
  private address: Address = { page: 'engagement' };

  constructor() {
    const slicer = (field: FilterField, label: string): Slicer =>
      new Slicer(field, label, (value) => {
        // Set to the value chosen, also where that is the one that is set.
        goTo(formatAddress(toggled({ ...this.address, [field]: undefined }, field, value)));
      });
    this.slicers = {
      school: slicer('school', 'School'),
      class: slicer('class', 'Class'),
      role: slicer('role', 'Role'),
      app: slicer('app', 'App'),
      period: slicer('period', 'Dates'),
    };
  }

  update(numbers: Numbers, address: Address): HTMLElement {
    this.address = address;
    const { school, class: ofClass, role, app, period } = this.slicers;
    const { values } = numbers.engagement;
    const roles = values.roles.map(({ id, name, parent }) => ({ id, name: parent > 0 ? `– ${name}` : name }));
    const periods = numbers.periods.map(({ id }) => ({ id, name: formatPeriod(id) }));
    school.update(values.schools, address.school, (index) => numbers.besideOthers(index + 1) === null);
    const isClassOff = address.school === undefined;
    ofClass.update(numbers.own.classes, address.class, () => false, isClassOff ? 'Choose a school first' : undefined);
    role.update(roles, address.role, (index) => numbers.signals({ role: index + 1 }) === null);
    app.update(values.apps, address.app, (index) => numbers.signals({ app: index + 1 }) === null);
    period.update(periods, address.period, (index) => numbers.signals({ period: index + 1 }) === null);
    const isSet = filterFields.some((field) => address[field] !== undefined);
    const reset = element('a', { class: 'reset', href: formatAddress(withoutFilters(address)) }, 'Clear all');
    placeChildren(this.form, [...filterFields.map((field) => this.slicers[field].label), ...(isSet ? [reset] : [])]);
    return this.form;
  }
}

/** As a link to the hash would, but at once: a link waits for the browser, which meanwhile draws what is about to change. */
function goTo(hash: string): void {
  if (hash === location.hash) return;
  history.pushState(null, '', hash);
  window.dispatchEvent(new Event('hashchange'));
}

/** Marking more options than that takes time that nobody has to wait for: they are seen when the select is opened. */
const mostAtOnce = 100;

class Slicer {
  readonly label: HTMLElement;
  private readonly select: HTMLSelectElement;
  private readonly all = element('option', { value: '' });
  private options: HTMLOptionElement[] = [];
  private choices: readonly Choice[] = [];
  /** What the options say by now. */
  private marked: readonly Choice[] = [];

  /** @param choose told the value that was chosen; undefined for all */
  constructor(field: FilterField, label: string, choose: (value: string | undefined) => void) {
    const id = `filter-${field}`;
    this.select = element('select', { name: field, id });
    this.label = element('label', { for: id }, element('span', {}, label), this.select);
    this.select.addEventListener('change', () => choose(this.select.value === '' ? undefined : this.select.value));
  }

  /** @param instead why nothing can be chosen */
  update(
    values: readonly FilterValue[],
    chosen: string | undefined,
    isHidden: (index: number) => boolean,
    instead?: string,
  ): void {
    const choices = values.map(({ id, name }, index) => ({ id, name, isOff: isHidden(index) && chosen !== id }));
    const isSame =
      choices.length === this.choices.length && choices.every(({ id }, index) => id === this.choices[index]?.id);
    this.choices = choices;
    if (!isSame || this.select.firstChild === null) {
      this.options = choices.map(({ id }) => element('option', { value: id }));
      this.select.replaceChildren(this.all, ...this.options);
      this.marked = [];
    }
    if (choices.length > mostAtOnce && this.marked.length > 0) void afterPaint().then(() => this.mark());
    else this.mark();
    this.all.textContent = instead ?? 'All';
    this.select.disabled = instead !== undefined;
    this.select.value = values.some(({ id }) => id === chosen) ? (chosen ?? '') : '';
  }

  private mark(): void {
    this.choices.forEach(({ name, isOff }, index) => {
      const option = this.options[index];
      if (option === undefined || this.marked[index]?.isOff === isOff) return;
      option.disabled = isOff;
      option.textContent = isOff ? `${name} (too few)` : name;
    });
    this.marked = this.choices;
  }
}
