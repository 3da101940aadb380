import { type CityField, FIELD_WORDS, fieldFault, normalized } from './city.ts';

export interface EditTarget {
  readonly key: string;
  readonly field: CityField;
  readonly text: string;
  /** Any cell of this column: they all lie at the same place of their row. */
  readonly cell: HTMLElement;
  /** Of the row, in the canvas. */
  readonly top: number;
}

export interface CellEditorEvents {
  /** The text differs from what was there and is valid. */
  changed(key: string, field: CityField, text: string): void;
  /** An invalid text was left behind. */
  dropped(text: string, fault: string): void;
  /** The editor closed by a key; `step` is -1 or 1 for the cell beside, 0 for none. */
  left(key: string, field: CityField, step: number): void;
}

/** One input that is laid over the cell that is being edited, so that rows can move and be recycled below it. */
export class CellEditor {
  readonly #input: HTMLInputElement = document.createElement('input');
  readonly #canvas: HTMLElement;
  readonly #events: CellEditorEvents;
  #target: EditTarget | undefined;

  constructor(canvas: HTMLElement, events: CellEditorEvents) {
    this.#canvas = canvas;
    this.#events = events;
    this.#input.className = 'cell-editor';
    this.#input.dataset.testid = 'cell-editor';
    this.#input.autocomplete = 'off';
    this.#input.spellcheck = false;
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#input.addEventListener('input', () => this.#input.setCustomValidity(''));
    this.#input.addEventListener('blur', () => this.#leave());
  }

  /** The key of the row that is being edited. */
  get key(): string | undefined {
    return this.#target?.key;
  }

  open(target: EditTarget): void {
    this.#leave();
    this.#target = target;
    const { field, text, cell, top } = target;
    const input = this.#input;
    input.value = text;
    input.setCustomValidity('');
    input.setAttribute('aria-label', FIELD_WORDS[field]);
    input.inputMode = field === 'lat' || field === 'lng' ? 'decimal' : 'text';
    input.dataset.field = field;
    input.style.left = `${cell.offsetLeft}px`;
    input.style.width = `${cell.offsetWidth}px`;
    input.style.height = `${cell.offsetHeight}px`;
    if (field === 'country') input.setAttribute('list', 'country-codes');
    else input.removeAttribute('list');
    this.#canvas.append(input);
    this.place(top);
    input.focus({ preventScroll: true });
    input.select();
  }

  /** Moves with its row. */
  place(top: number): void {
    if (this.#target === undefined) return;
    this.#input.style.top = `${top + this.#target.cell.offsetTop}px`;
  }

  cancel(): void {
    this.#target = undefined;
    this.#input.remove();
  }

  #onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') this.#close(0, false);
    else if (event.key === 'Enter') this.#close(0, true);
    else if (event.key === 'Tab') this.#close(event.shiftKey ? -1 : 1, true);
    else return;
    event.preventDefault();
  }

  #close(step: number, keep: boolean): void {
    const target = this.#target;
    if (target === undefined) return;
    const fault = keep ? this.#fault(target) : '';
    if (fault !== '') {
      this.#input.setCustomValidity(fault);
      this.#input.reportValidity();
      return;
    }
    if (keep) this.#keep(target);
    this.cancel();
    this.#events.left(target.key, target.field, step);
  }

  /** Somebody clicked elsewhere. */
  #leave(): void {
    const target = this.#target;
    if (target === undefined) return;
    const fault = this.#fault(target);
    this.#target = undefined;
    if (fault === '') this.#keep(target);
    else this.#events.dropped(this.#input.value, fault);
    this.#input.remove();
  }

  #fault(target: EditTarget): string {
    const text = normalized(target.field, this.#input.value);
    return text === target.text ? '' : fieldFault(target.field, text);
  }

  #keep(target: EditTarget): void {
    const text = normalized(target.field, this.#input.value);
    if (text !== target.text) this.#events.changed(target.key, target.field, text);
  }
}
