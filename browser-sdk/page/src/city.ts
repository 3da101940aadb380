/** One row of the map `cities`, as `./topgun import` makes it from GeoNames. */
export interface City {
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly admin1?: string;
  readonly admin2?: string;
  readonly lat: string;
  readonly lng: string;
}

export type CityField = 'name' | 'country' | 'lat' | 'lng';
export const CITY_FIELDS: readonly CityField[] = ['name', 'country', 'lat', 'lng'];
export const FIELD_WORDS: { readonly [F in CityField]: string } = {
  name: 'Name',
  country: 'Country',
  lat: 'Latitude',
  lng: 'Longitude',
};

/** A field as text, whatever another client has put there. */
export function fieldText(value: unknown, field: string): string {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return '';
  const held: unknown = (value as { readonly [name: string]: unknown })[field];
  if (typeof held === 'string') return held;
  return held === undefined || held === null ? '' : String(held);
}

/** What is wrong with the text for this field, in words; empty if nothing is. */
export function fieldFault(field: CityField, text: string): string {
  switch (field) {
    case 'name':
      return text === '' ? 'A city needs a name.' : '';
    case 'country':
      return /^[A-Z]{2}$/.test(text) ? '' : 'Use a code of two letters, as FR.';
    case 'lat':
      return degreesFault(text, 90);
    case 'lng':
      return degreesFault(text, 180);
  }
}

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

function degreesFault(text: string, limit: number): string {
  return DECIMAL.test(text) && Math.abs(Number(text)) <= limit
    ? ''
    : `Use degrees from −${limit} to ${limit}.`;
}

/** What is kept of a typed text. */
export function normalized(field: CityField, text: string): string {
  const trimmed = text.trim();
  switch (field) {
    case 'name':
      return trimmed;
    case 'country':
      return trimmed.toUpperCase();
    case 'lat':
    case 'lng':
      return trimmed.replace('−', '-').replace(',', '.');
  }
}

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** The name of a country code in words, or the text itself if it is no code. */
export function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return regions.of(code) ?? code;
}
