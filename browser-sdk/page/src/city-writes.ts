import type { LiveMap } from '@topgun/client';
import { type City, type CityField, fieldText } from './city.ts';
import { newKey } from './dom.ts';
import type { Notify } from './notices.ts';
import type { Writes } from './writes.ts';

const NAME_MAX = 60;

/** What the person does to cities, said in words should the server refuse it. */
export class CityWrites {
  readonly #map: LiveMap<City>;
  readonly #writes: Writes;
  readonly #notify: Notify;
  /** Keys written here whose change has not come by yet. */
  readonly #own = new Set<string>();

  constructor(map: LiveMap<City>, writes: Writes, notify: Notify) {
    this.#map = map;
    this.#writes = writes;
    this.#notify = notify;
  }

  /** Whether the change of this key that has just come by was made here. */
  isOwn(key: string): boolean {
    return this.#own.delete(key);
  }

  change(key: string, field: CityField, text: string): void {
    this.#own.add(key);
    const what = `The change of “${this.#nameOf(key)}”`;
    this.#writes.follow(what, this.#map.update(key, { [field]: text }));
  }

  /** Gives the key of the new city. */
  add(city: City): string {
    const key = newKey();
    this.#own.add(key);
    this.#writes.follow(`The new city “${city.name}”`, this.#map.set(key, city));
    return key;
  }

  remove(key: string): void {
    const city = this.#map.get(key);
    if (city === undefined) return;
    const name = this.#nameOf(key);
    this.#own.add(key);
    this.#writes.follow(`The removal of “${name}”`, this.#map.delete(key));
    this.#notify({
      kind: 'news',
      text: `“${name}” was removed.`,
      action: {
        word: 'Undo',
        run: () => {
          this.#own.add(key);
          this.#writes.follow(`The return of “${name}”`, this.#map.set(key, city));
        },
      },
    });
  }

  #nameOf(key: string): string {
    const name = fieldText(this.#map.get(key), 'name');
    return name.length > NAME_MAX ? `${name.slice(0, NAME_MAX)}…` : name;
  }
}
