import { CITY_FIELDS, type City, type CityField, countryName, fieldText } from './city.ts';
import { find, flash, setText, template } from './dom.ts';
import type { Slot } from './virtual-list.ts';

/** One line of the list; it shows another city whenever the list is scrolled. */
export interface CityRow extends Slot {
  readonly cells: { readonly [F in CityField]: HTMLElement };
  readonly remove: HTMLElement;
  key: string;
  city: City | undefined;
  /** What glows. */
  flashes: readonly Animation[];
}

/** Columns by number, for the keyboard; the last one holds the button that removes. */
export type Column = CityField | 'remove';
export const COLUMNS: readonly Column[] = [...CITY_FIELDS, 'remove'];

/** Makes empty rows whose cells have ids, for `aria-activedescendant`. */
export function cityRows(): () => CityRow {
  const create = template('city-row', HTMLElement);
  let made = 0;
  return () => {
    const element = create();
    const row = made++;
    const cell = (column: Column): HTMLElement => {
      const found = find(element, `[data-field=${column}]`, HTMLElement);
      found.id = `city-${row}-${column}`;
      return found;
    };
    return {
      element,
      position: -1,
      cells: { name: cell('name'), country: cell('country'), lat: cell('lat'), lng: cell('lng') },
      remove: cell('remove'),
      key: '',
      city: undefined,
      flashes: [],
    };
  };
}

export function cellOf(row: CityRow, column: Column): HTMLElement {
  return column === 'remove' ? row.remove : row.cells[column];
}

export function showCity(row: CityRow, key: string, city: City | undefined): void {
  row.element.setAttribute('aria-rowindex', String(row.position + 2));
  if (row.key === key && row.city === city) return;
  if (row.key !== key) {
    row.key = key;
    row.element.dataset.key = key;
    for (const animation of row.flashes) animation.cancel();
    row.flashes = [];
  }
  row.city = city;
  const name = fieldText(city, 'name');
  const country = fieldText(city, 'country');
  const words = countryName(country);
  setText(row.cells.name, name);
  const [long, code] = row.cells.country.children;
  if (long !== undefined) setText(long, words);
  if (code !== undefined) setText(code, words === country ? '' : country);
  setText(row.cells.lat, fieldText(city, 'lat'));
  setText(row.cells.lng, fieldText(city, 'lng'));
  row.remove.firstElementChild?.setAttribute('aria-label', `Remove ${name}`);
}

export function flashCity(row: CityRow, fields: readonly CityField[]): void {
  row.flashes = fields.map((field) => flash(row.cells[field]));
}

/** The fields in which two states of a city differ. */
export function changedFields(before: City | undefined, after: City): readonly CityField[] {
  return CITY_FIELDS.filter((field) => fieldText(before, field) !== fieldText(after, field));
}
