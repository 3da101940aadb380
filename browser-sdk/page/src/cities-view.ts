import type { ChangeBatch, Client, LiveMap } from '@topgun/client';
import { CellEditor } from './cell-editor.ts';
import { CitiesEmpty } from './cities-empty.ts';
import { type City, type CityField, fieldText } from './city.ts';
import { cityDialog, fillCountryCodes } from './city-dialog.ts';
import { CityIndex, type SortField } from './city-index.ts';
import {
  type CityRow,
  COLUMNS,
  cellOf,
  changedFields,
  cityRows,
  flashCity,
  showCity,
} from './city-row.ts';
import { CityWrites } from './city-writes.ts';
import { byId, count, perFrame, setText } from './dom.ts';
import { Flood } from './flood.ts';
import type { Notify } from './notices.ts';
import { VirtualList } from './virtual-list.ts';
import type { Writes } from './writes.ts';

/** The cell that the keyboard acts on. The key leads, the position is where it was last. */
interface Cursor {
  key: string;
  position: number;
  column: number;
}

/** The list of all cities: in order, searchable, edited in place. */
export class CitiesView {
  readonly #client: Client;
  readonly #map: LiveMap<City>;
  readonly #writes: Writes;
  readonly #cityWrites: CityWrites;
  readonly #notify: Notify;
  readonly #index: CityIndex = new CityIndex();
  readonly #grid = byId('grid', HTMLElement);
  readonly #count = byId('cities-count', HTMLElement);
  readonly #search = byId('search', HTMLInputElement);
  readonly #empty: CitiesEmpty = new CitiesEmpty(() => this.#searchFor(''));
  readonly #list: VirtualList<CityRow>;
  readonly #editor: CellEditor;
  readonly #cursor: Cursor = { key: '', position: 0, column: 0 };
  readonly #draw = perFrame(() => this.#drawNow());
  readonly #flood: Flood = new Flood(this.#draw);
  /** Fields that others have changed since the last frame. */
  readonly #news = new Map<string, readonly CityField[]>();
  #waiting: ReadonlySet<string> = new Set();
  #synced = false;
  #descending = false;

  constructor(client: Client, map: LiveMap<City>, writes: Writes, notify: Notify) {
    this.#client = client;
    this.#map = map;
    this.#writes = writes;
    this.#cityWrites = new CityWrites(map, writes, notify);
    this.#notify = notify;
    const canvas = byId('canvas', HTMLElement);
    this.#list = new VirtualList({
      scroller: this.#grid,
      canvas,
      create: cityRows(),
      show: (row) => this.#show(row),
    });
    this.#editor = new CellEditor(canvas, {
      changed: (key, field, text) => this.#cityWrites.change(key, field, text),
      dropped: (text, fault) =>
        this.#notify({ kind: 'news', text: `“${text}” was not kept. ${fault}` }),
      left: (key, field, step) => this.#leave(key, field, step),
    });
    cityDialog((city) => this.#add(city));
    this.#listen(canvas);
    map.subscribe((batch) => this.#take(batch));
    void map.loaded.then(() => {
      for (const [key, city] of map.entries()) this.#index.put(key, city);
      this.#draw();
    });
    client.connection.subscribe(this.#draw);
    client.outbox.subscribe(this.#draw);
    this.#draw();
  }

  // --- what comes in ---

  #take({ changes, status }: ChangeBatch<City>): void {
    for (const { key, value } of changes) {
      const own = this.#cityWrites.isOwn(key);
      if (value === undefined) {
        this.#index.remove(key);
        continue;
      }
      if (this.#synced && !own) {
        const fields = changedFields(this.#index.get(key), value);
        if (fields.length > 0) this.#news.set(key, fields);
      }
      this.#index.put(key, value);
    }
    this.#synced = status === 'synced';
    this.#draw();
  }

  #drawNow(): void {
    setText(this.#count, this.#countWords());
    const { touched, size } = this.#index;
    if (this.#map.status !== 'synced' && this.#flood.isRising(touched, size)) return;
    this.#index.commit();
    this.#flood.ordered();
    this.#waiting = this.#writes.waiting(this.#map.name);
    const { shown } = this.#index;
    this.#list.update(shown);
    this.#news.clear();
    this.#followEdited();
    this.#moveTo(this.#positionOfCursor(), false);
    this.#grid.setAttribute('aria-rowcount', String(shown + 1));
    if (shown > 0) this.#empty.hide();
    else this.#empty.show(this.#client, this.#map, this.#search.value);
  }

  #countWords(): string {
    const { size, status } = this.#map;
    if (this.#search.value !== '') return `${count(this.#index.shown)} of ${count(size)}`;
    if (status === 'synced') return size === 0 ? '' : `${count(size)}, complete`;
    return size === 0 ? '' : `${count(size)} kept in this browser`;
  }

  #show(row: CityRow): void {
    const key = this.#index.keyAt(row.position);
    showCity(row, key, this.#index.cityAt(row.position));
    row.element.classList.toggle('waiting', this.#waiting.has(key));
    const fields = this.#news.get(key);
    if (fields !== undefined) flashCity(row, fields);
  }

  #followEdited(): void {
    const { key } = this.#editor;
    if (key === undefined) return;
    const position = this.#index.positionOf(key);
    if (position >= 0) {
      this.#editor.place(position * this.#list.rowHeight);
    } else if (this.#index.get(key) === undefined) {
      this.#editor.cancel();
      this.#notify({
        kind: 'news',
        text: 'The city you were editing was removed by somebody else.',
      });
    }
  }

  // --- what the person does ---

  #listen(canvas: HTMLElement): void {
    this.#search.addEventListener('input', () => this.#searchFor(this.#search.value));
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || isTyping(event.target)) return;
      event.preventDefault();
      this.#search.focus();
    });
    this.#grid.addEventListener('keydown', (event) => this.#onKey(event));
    for (const head of this.#grid.querySelectorAll<HTMLElement>('[data-sort]')) {
      head.addEventListener('click', () => this.#sortBy(head));
    }
    canvas.addEventListener('click', ({ target }) => {
      if (!(target instanceof Element)) return;
      const element = target.closest('.cell');
      const row = this.#list.slots.find((slot) => slot.element.contains(element));
      if (element === null || row === undefined) return;
      const column = COLUMNS.findIndex((name) => cellOf(row, name) === element);
      this.#cursor.column = column;
      this.#moveTo(row.position, true);
      if (COLUMNS[column] !== 'remove' || target.closest('button') !== null) this.#act();
    });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.#grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const { position } = this.#cursor;
    const moves: { readonly [key: string]: number } = {
      ArrowDown: position + 1,
      ArrowUp: position - 1,
      PageDown: position + this.#list.page,
      PageUp: position - this.#list.page,
      Home: 0,
      End: this.#index.shown - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) this.#moveTo(to, true);
    else if (event.key === 'ArrowRight') this.#moveAside(1);
    else if (event.key === 'ArrowLeft') this.#moveAside(-1);
    else if (event.key === 'Enter' || event.key === 'F2') this.#act();
    else if (event.key === 'Delete') this.#cityWrites.remove(this.#cursor.key);
    else return;
    event.preventDefault();
  }

  #positionOfCursor(): number {
    const { key, position } = this.#cursor;
    const now = key === '' ? -1 : this.#index.positionOf(key);
    return now >= 0 ? now : position;
  }

  #moveTo(wanted: number, reveal: boolean): void {
    const position = Math.max(0, Math.min(wanted, this.#index.shown - 1));
    const moved = reveal || this.#cursor.key !== '';
    this.#cursor.position = position;
    if (moved) this.#cursor.key = this.#index.keyAt(position);
    if (reveal) this.#list.reveal(position);
    this.#markCursor();
  }

  #moveAside(step: number): void {
    const column = this.#cursor.column + step;
    if (column >= 0 && column < COLUMNS.length) this.#cursor.column = column;
    this.#markCursor();
  }

  #markCursor(): void {
    const row = this.#list.slotAt(this.#cursor.position);
    const cell = row && cellOf(row, COLUMNS[this.#cursor.column] ?? 'name');
    const id = cell?.id ?? '';
    const before = this.#grid.getAttribute('aria-activedescendant') ?? '';
    if (before === id) return;
    document.getElementById(before)?.classList.remove('at');
    cell?.classList.add('at');
    this.#grid.setAttribute('aria-activedescendant', id);
  }

  /** Edits the cell at the cursor, or removes its row. */
  #act(): void {
    const { position, column } = this.#cursor;
    const row = this.#list.slotAt(position);
    const field = COLUMNS[column];
    if (row === undefined || row.key === '' || field === undefined) return;
    if (field === 'remove') {
      this.#cityWrites.remove(row.key);
      return;
    }
    if (field === 'country') fillCountryCodes();
    const text = fieldText(row.city, field);
    const top = row.position * this.#list.rowHeight;
    this.#editor.open({ key: row.key, field, text, cell: row.cells[field], top });
  }

  #leave(key: string, field: CityField, step: number): void {
    this.#cursor.key = key;
    this.#cursor.column = COLUMNS.indexOf(field) + step;
    this.#drawNow();
    this.#grid.focus({ preventScroll: true });
    const next = COLUMNS[this.#cursor.column];
    if (next === undefined) this.#cursor.column = Math.max(0, COLUMNS.indexOf(field));
    else if (step !== 0 && next !== 'remove') this.#act();
  }

  #searchFor(text: string): void {
    this.#search.value = text;
    this.#index.search(text);
    this.#grid.scrollTop = 0;
    this.#cursor.key = '';
    this.#cursor.position = 0;
    this.#drawNow();
  }

  #sortBy(head: HTMLElement): void {
    const field: SortField = head.dataset.sort === 'country' ? 'country' : 'name';
    this.#descending = head.getAttribute('aria-sort') === 'ascending';
    for (const other of this.#grid.querySelectorAll('[data-sort]')) {
      other.setAttribute('aria-sort', 'none');
    }
    head.setAttribute('aria-sort', this.#descending ? 'descending' : 'ascending');
    this.#index.sortBy(field, this.#descending);
    this.#grid.scrollTop = 0;
    this.#drawNow();
  }

  #add(city: City): void {
    const key = this.#cityWrites.add(city);
    if (this.#search.value !== '') this.#searchFor('');
    this.#cursor.key = key;
    requestAnimationFrame(() => {
      this.#drawNow();
      this.#list.reveal(this.#index.positionOf(key), true);
      this.#grid.focus({ preventScroll: true });
    });
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
