import { type City, countryName, fieldText } from './city.ts';
import { fold } from './fold.ts';
import { type Compare, mergeRows, sortByRank, sortRows } from './order.ts';

export type SortField = 'name' | 'country';

/** From this many touched rows on, sorting all is cheaper than merging. */
const MERGE_MAX = 5_000;

interface Country {
  readonly folded: string;
  readonly code: string;
  rank: number;
}

/**
 * The cities in order, and those of them that match the search. Rows have numbers and lie in columns; `put` and
 * `remove` only mark them, `commit` brings both orders up to date at once.
 */
export class CityIndex {
  readonly #rows = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #cities: (City | undefined)[] = [];
  readonly #names: string[] = [];
  readonly #countryOf: number[] = [];
  readonly #free: number[] = [];
  readonly #countries: Country[] = [];
  readonly #countryIds = new Map<string, number>();
  #touched: number[] = [];
  #marked: Uint8Array = new Uint8Array(1024);
  #ordered: Int32Array = new Int32Array(0);
  #shown: Int32Array = new Int32Array(0);
  #sort: SortField = 'name';
  #descending = false;
  #searched = '';
  #words: readonly string[] = [];

  /** How many rows match the search, as of the last commit. */
  get shown(): number {
    return this.#shown.length;
  }

  /** How many rows there are, those that wait for a commit too. */
  get size(): number {
    return this.#rows.size;
  }

  /** How many rows wait for a commit. */
  get touched(): number {
    return this.#touched.length;
  }

  keyAt(position: number): string {
    return this.#keys[this.#rowAt(position)] ?? '';
  }

  cityAt(position: number): City | undefined {
    return this.#cities[this.#rowAt(position)];
  }

  /** Where the key is shown, or -1. */
  positionOf(key: string): number {
    const row = this.#rows.get(key);
    const at = row === undefined ? -1 : this.#shown.indexOf(row);
    return at >= 0 && this.#descending ? this.#shown.length - 1 - at : at;
  }

  get(key: string): City | undefined {
    return this.#cities[this.#rows.get(key) ?? -1];
  }

  put(key: string, city: City): void {
    const known = this.#rows.get(key);
    if (known !== undefined) {
      if (this.#cities[known] !== city) this.#fill(known, city);
      return;
    }
    const row = this.#free.pop() ?? this.#keys.length;
    this.#rows.set(key, row);
    this.#keys[row] = key;
    this.#fill(row, city);
  }

  remove(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    this.#rows.delete(key);
    this.#cities[row] = undefined;
    this.#touch(row);
  }

  /** Brings the orders up to date. */
  commit(): void {
    if (this.#touched.length === 0) return;
    if (this.#touched.length > MERGE_MAX) this.#rebuild();
    else this.#merge();
    for (const row of this.#touched) {
      this.#marked[row] = 0;
      if (this.#cities[row] === undefined) this.#release(row);
    }
    this.#touched = [];
  }

  sortBy(field: SortField, descending: boolean): void {
    this.commit();
    this.#descending = descending;
    if (field === this.#sort) return;
    this.#sort = field;
    this.#rebuild();
  }

  /** Shows the rows in which each word occurs in the name or the country, or begins the country's code. */
  search(text: string): void {
    this.commit();
    const folded = fold(text);
    // Who types on can only lose rows.
    const among = folded.startsWith(this.#searched) ? this.#shown : this.#ordered;
    this.#searched = folded;
    this.#words = folded.split(/\s+/).filter(Boolean);
    this.#shown = this.#matching(among);
  }

  #rowAt(position: number): number {
    return this.#shown[this.#descending ? this.#shown.length - 1 - position : position] ?? -1;
  }

  #fill(row: number, city: City): void {
    this.#cities[row] = city;
    this.#names[row] = fold(fieldText(city, 'name'));
    this.#countryOf[row] = this.#countryId(fieldText(city, 'country'));
    this.#touch(row);
  }

  #touch(row: number): void {
    if (row >= this.#marked.length) {
      const wider = new Uint8Array(this.#marked.length * 2);
      wider.set(this.#marked);
      this.#marked = wider;
    }
    if (this.#marked[row] === 1) return;
    this.#marked[row] = 1;
    this.#touched.push(row);
  }

  #release(row: number): void {
    this.#keys[row] = '';
    this.#names[row] = '';
    this.#free.push(row);
  }

  #countryId(code: string): number {
    const known = this.#countryIds.get(code);
    if (known !== undefined) return known;
    const id = this.#countries.length;
    this.#countries.push({ folded: fold(countryName(code)), code: fold(code), rank: id });
    this.#countryIds.set(code, id);
    const sorted = [...this.#countries].sort((a, b) =>
      a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : 0,
    );
    sorted.forEach((country, rank) => {
      country.rank = rank;
    });
    return id;
  }

  readonly #rank = (row: number): number =>
    this.#countries[this.#countryOf[row] as number]?.rank ?? 0;

  readonly #compareNames: Compare = (a, b) => {
    const nameA = this.#names[a] as string;
    const nameB = this.#names[b] as string;
    if (nameA !== nameB) return nameA < nameB ? -1 : 1;
    const keyA = this.#keys[a] as string;
    const keyB = this.#keys[b] as string;
    return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
  };

  readonly #compareCountries: Compare = (a, b) =>
    this.#rank(a) - this.#rank(b) || this.#compareNames(a, b);

  #rebuild(): void {
    this.#ordered = Int32Array.from(this.#rows.values());
    sortRows(this.#ordered, this.#names, this.#compareNames);
    if (this.#sort === 'country') {
      sortByRank(this.#ordered, this.#rank, this.#countries.length);
    }
    this.#shown = this.#matching(this.#ordered);
  }

  #merge(): void {
    const compare = this.#sort === 'name' ? this.#compareNames : this.#compareCountries;
    const live = Int32Array.from(this.#touched.filter((row) => this.#cities[row] !== undefined));
    const all = this.#shown === this.#ordered;
    this.#ordered = mergeRows(this.#ordered, this.#marked, live, compare);
    this.#shown = all
      ? this.#ordered
      : mergeRows(this.#shown, this.#marked, this.#matching(live), compare);
  }

  #matching(rows: Int32Array): Int32Array {
    const words = this.#words;
    if (words.length === 0) return rows;
    const countries = words.map((word) =>
      this.#countries.map(
        (country) => country.code.startsWith(word) || country.folded.includes(word),
      ),
    );
    return rows.filter((row) => {
      const name = this.#names[row] as string;
      const country = this.#countryOf[row] as number;
      return words.every((word, at) => countries[at]?.[country] || name.includes(word));
    });
  }
}
