import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type City, countryName } from './city.ts';
import { CityIndex, type SortField } from './city-index.ts';
import { fold } from './fold.ts';

const NAMES = [
  '',
  ' ',
  'a',
  'A',
  'ab',
  'a b',
  'a-b',
  "a'b",
  'Åb',
  'ß',
  'zz',
  'žz',
  '1',
  '12',
  '城',
  '🚀',
  'abcdefgh',
  'abcdefghi',
  'abcdefgz',
];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 }));
const country = fc.constantFrom('DE', 'FR', 'AX', 'zz', '');
const city: fc.Arbitrary<City> = fc.record({
  name,
  country,
  lat: fc.constantFrom('1', '2'),
  lng: fc.constant('0'),
});
const key = fc.integer({ min: 0, max: 30 }).map((number) => `k${number}`);

type Step =
  | { readonly do: 'put'; readonly key: string; readonly city: City }
  | { readonly do: 'remove'; readonly key: string }
  | { readonly do: 'search'; readonly text: string; readonly typedOn: boolean }
  | { readonly do: 'sort'; readonly field: SortField; readonly descending: boolean }
  | { readonly do: 'commit' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), key, city }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('search' as const),
      text: name,
      typedOn: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('sort' as const),
      field: fc.constantFrom<SortField>('name', 'country'),
      descending: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'commit' as const }) },
);

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What the index must show, from the definitions alone. */
function expected(
  cities: ReadonlyMap<string, City>,
  text: string,
  field: SortField,
  descending: boolean,
): string[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const keys = [...cities]
    .filter(([, held]) => {
      const region = fold(countryName(held.country));
      return words.every(
        (word) =>
          fold(held.name).includes(word) ||
          region.includes(word) ||
          fold(held.country).startsWith(word),
      );
    })
    .sort(
      ([keyA, a], [keyB, b]) =>
        (field === 'country'
          ? order(fold(countryName(a.country)), fold(countryName(b.country)))
          : 0) ||
        order(fold(a.name), fold(b.name)) ||
        order(keyA, keyB),
    )
    .map(([held]) => held);
  return descending ? keys.reverse() : keys;
}

function shownBy(index: CityIndex): string[] {
  return Array.from({ length: index.shown }, (_, position) => index.keyAt(position));
}

describe('CityIndex', () => {
  it('shows what sorting and filtering everything would show, after any changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const index = new CityIndex();
        const model = new Map<string, City>();
        let text = '';
        let field: SortField = 'name';
        let descending = false;
        for (const next of [...steps, { do: 'commit' as const }]) {
          switch (next.do) {
            case 'put':
              index.put(next.key, next.city);
              model.set(next.key, next.city);
              continue;
            case 'remove':
              index.remove(next.key);
              model.delete(next.key);
              continue;
            case 'search':
              text = next.typedOn ? text + next.text : next.text;
              index.search(text);
              break;
            case 'sort':
              ({ field, descending } = next);
              index.sortBy(field, descending);
              break;
            case 'commit':
              index.commit();
          }
          const shown = shownBy(index);
          expect(shown).toEqual(expected(model, text, field, descending));
          shown.forEach((held, position) => {
            expect(index.positionOf(held)).toBe(position);
            expect(index.cityAt(position)).toBe(model.get(held));
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('orders a flood of rows as it orders single ones', () => {
    const flood = new CityIndex();
    const single = new CityIndex();
    for (let row = 0; row < 20_000; row++) {
      const held = {
        name: `${NAMES[row % NAMES.length]}${row % 977}`,
        country: 'DE',
        lat: '0',
        lng: '0',
      };
      flood.put(`k${row}`, held);
      single.put(`k${row}`, held);
      if (row % 100 === 0) single.commit();
    }
    flood.commit();
    single.commit();
    expect(shownBy(flood)).toEqual(shownBy(single));
    expect(flood.shown).toBe(20_000);
  });
});

describe('fold', () => {
  it.each([
    ['Łódź', 'lodz'],
    ['São Tomé', 'sao tome'],
    ["'s-Hertogenbosch", 's-hertogenbosch'],
    ['Straße', 'strasse'],
    ['ÅRHUS', 'arhus'],
  ])('%s is found as %s', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });
});
