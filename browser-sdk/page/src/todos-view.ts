import type { ChangeBatch, Client, LiveMap } from '@topgun/client';
import { fieldText } from './city.ts';
import { byId, find, flash, newKey, perFrame, plural, setText, template } from './dom.ts';
import type { Todo } from './todo.ts';
import type { Writes } from './writes.ts';

interface TodoRow {
  readonly element: HTMLLIElement;
  readonly tick: HTMLInputElement;
  readonly text: HTMLTextAreaElement;
  readonly unsynced: HTMLElement;
  readonly remove: HTMLElement;
  todo: Todo | undefined;
}

/** The shared list of things to do, oldest first. */
export class TodosView {
  readonly #map: LiveMap<Todo>;
  readonly #writes: Writes;
  readonly #list = byId('todos', HTMLUListElement);
  readonly #count = byId('todos-count', HTMLElement);
  readonly #empty = byId('todos-empty', HTMLElement);
  readonly #rows = new Map<string, TodoRow>();
  readonly #create: () => TodoRow = todoRows();
  readonly #news = new Set<string>();
  readonly #own = new Set<string>();
  readonly #draw = perFrame(() => this.#drawNow());
  #synced = false;
  #added = '';

  constructor(client: Client, map: LiveMap<Todo>, writes: Writes) {
    this.#map = map;
    this.#writes = writes;
    this.#listen();
    map.subscribe((batch) => this.#take(batch));
    void map.loaded.then(this.#draw);
    client.outbox.subscribe(this.#draw);
    this.#draw();
  }

  #take({ changes, status }: ChangeBatch<Todo>): void {
    for (const { key } of changes) {
      if (!this.#own.delete(key) && this.#synced) this.#news.add(key);
    }
    this.#synced = status === 'synced';
    this.#draw();
  }

  #drawNow(): void {
    const todos = [...this.#map.entries()].sort(oldestFirst);
    const waiting = this.#writes.waiting(this.#map.name);
    for (const [key, row] of this.#rows) {
      if (this.#map.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
    let before: Element | null = null;
    for (const [key, todo] of todos) {
      const row = this.#rowOf(key);
      if (row.todo !== todo) this.#show(row, key, todo);
      row.unsynced.hidden = !waiting.has(key);
      const place: Element | null =
        before === null ? this.#list.firstElementChild : before.nextElementSibling;
      if (place !== row.element) this.#list.insertBefore(row.element, place);
      before = row.element;
    }
    this.#news.clear();
    this.#revealAdded();
    this.#empty.hidden = todos.length > 0 || this.#map.status === 'loading';
    const open = todos.filter(([, todo]) => !isDone(todo)).length;
    setText(this.#count, todos.length === 0 ? '' : plural(open, 'open', 'open'));
  }

  #rowOf(key: string): TodoRow {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#create();
    row.element.dataset.key = key;
    this.#rows.set(key, row);
    return row;
  }

  #show(row: TodoRow, key: string, todo: Todo): void {
    const text = fieldText(todo, 'text');
    const typing = document.activeElement === row.text && row.text.value !== textOf(row);
    row.todo = todo;
    row.tick.checked = isDone(todo);
    row.tick.setAttribute('aria-label', `Done: ${text.slice(0, 100)}`);
    row.remove.setAttribute('aria-label', `Remove ${text.slice(0, 100)}`);
    row.element.classList.toggle('done', isDone(todo));
    if (!typing && row.text.value !== text) row.text.value = text;
    if (this.#news.has(key)) flash(row.element);
  }

  #revealAdded(): void {
    const row = this.#rows.get(this.#added);
    if (row === undefined) return;
    row.element.scrollIntoView({ block: 'nearest' });
    this.#added = '';
  }

  #listen(): void {
    const input = byId('todo-text', HTMLInputElement);
    byId('todo-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const text = input.value.trim();
      input.value = '';
      if (text !== '') this.#add(text);
    });
    this.#list.addEventListener('change', ({ target }) => {
      const key = keyOf(target);
      const row = this.#rows.get(key);
      if (row !== undefined && target === row.tick) this.#update(key, { done: row.tick.checked });
    });
    this.#list.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('.icon-button') !== null) {
        this.#remove(keyOf(target));
      }
    });
    this.#list.addEventListener('focusout', ({ target }) => this.#keepText(keyOf(target), target));
    this.#list.addEventListener('keydown', (event) => {
      const { target, key } = event;
      const row = this.#rows.get(keyOf(target));
      if (row === undefined || target !== row.text || event.isComposing) return;
      if (key !== 'Enter' && key !== 'Escape') return;
      event.preventDefault();
      if (key === 'Escape') row.text.value = textOf(row);
      row.text.blur();
    });
  }

  #keepText(key: string, target: EventTarget | null): void {
    const row = this.#rows.get(key);
    if (row === undefined || target !== row.text) return;
    const text = row.text.value.trim();
    if (text === '' || text === textOf(row)) row.text.value = textOf(row);
    else this.#update(key, { text });
    row.text.scrollTop = 0;
  }

  #add(text: string): void {
    const key = newKey();
    this.#own.add(key);
    this.#added = key;
    const write = this.#map.set(key, { text, done: false, at: Date.now() });
    this.#writes.follow(`The to-do “${short(text)}”`, write);
  }

  #update(key: string, fields: Partial<Todo>): void {
    this.#own.add(key);
    const what = `The change of “${this.#nameOf(key)}”`;
    this.#writes.follow(what, this.#map.update(key, fields));
  }

  #remove(key: string): void {
    const what = `The removal of “${this.#nameOf(key)}”`;
    if (this.#map.has(key)) this.#writes.follow(what, this.#map.delete(key));
  }

  #nameOf(key: string): string {
    return short(fieldText(this.#map.get(key), 'text'));
  }
}

function todoRows(): () => TodoRow {
  const create = template('todo-row', HTMLLIElement);
  return () => {
    const element = create();
    return {
      element,
      tick: find(element, 'input', HTMLInputElement),
      text: find(element, 'textarea', HTMLTextAreaElement),
      unsynced: find(element, '.unsynced', HTMLElement),
      remove: find(element, '.icon-button', HTMLElement),
      todo: undefined,
    };
  };
}

function oldestFirst([keyA, a]: [string, Todo], [keyB, b]: [string, Todo]): number {
  return (Number(a?.at) || 0) - (Number(b?.at) || 0) || (keyA < keyB ? -1 : 1);
}

function isDone(todo: Todo): boolean {
  return fieldText(todo, 'done') === 'true';
}

function textOf(row: TodoRow): string {
  return fieldText(row.todo, 'text');
}

function keyOf(target: EventTarget | null): string {
  const item = target instanceof Element ? target.closest('li') : null;
  return item?.dataset.key ?? '';
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
