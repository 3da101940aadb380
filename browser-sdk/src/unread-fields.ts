import type { Cell } from './cell.ts';
import type { Base, FieldsCell } from './fields-cell.ts';
import type { Stamp } from './stamp.ts';
import type { Value } from './value.ts';

/**
 * A fields cell that is present for good and was found to be well-formed; it stays the bytes it came in until
 * somebody asks for more than that. Most rows of a map that comes in are not looked at soon.
 */
export class UnreadFields implements FieldsCell {
  view: Value | undefined = undefined;
  #cell: FieldsCell | ((at: number) => FieldsCell);
  readonly #at: number;

  constructor(readAt: (at: number) => FieldsCell, at: number) {
    this.#cell = readAt;
    this.#at = at;
  }

  get kind(): 'fields' {
    return 'fields';
  }

  get base(): Base | null {
    return this.read().base;
  }

  get names(): readonly string[] {
    return this.read().names;
  }

  get values(): readonly (Value | undefined)[] {
    return this.read().values;
  }

  get stamps(): readonly Stamp[] | null {
    return this.read().stamps;
  }

  read(): FieldsCell {
    this.#cell = this.peek();
    return this.#cell;
  }

  peek(): FieldsCell {
    return typeof this.#cell === 'function' ? this.#cell(this.#at) : this.#cell;
  }
}

/** The same cell, for a look at all of it that does not make it stay. */
export function peek(cell: Cell): Cell {
  return cell instanceof UnreadFields ? cell.peek() : cell;
}
