/** One element that shows whichever row is at its place. */
export interface Slot {
  readonly element: HTMLElement;
  position: number;
}

export interface VirtualListOptions<S extends Slot> {
  /** Scrolls; its first child may be a sticky head. */
  readonly scroller: HTMLElement;
  /** Becomes as high as all rows together; holds the slots. */
  readonly canvas: HTMLElement;
  create(): S;
  /** Fills a slot with what is at its position now. */
  show(slot: S): void;
}

const SPARE_ROWS = 6;

/** Draws the rows that can be seen of a list of any length, each as high as the style sheet's `--row-height`. */
export class VirtualList<S extends Slot> {
  readonly #options: VirtualListOptions<S>;
  readonly #slots: S[] = [];
  #length = 0;
  #rowHeight = 1;

  constructor(options: VirtualListOptions<S>) {
    this.#options = options;
    options.scroller.addEventListener('scroll', () => this.#place(false), { passive: true });
    new ResizeObserver(() => this.#measure()).observe(options.scroller);
    this.#measure();
  }

  get slots(): readonly S[] {
    return this.#slots;
  }

  get rowHeight(): number {
    return this.#rowHeight;
  }

  /** Rows that fit on the screen. */
  get page(): number {
    return Math.max(1, Math.floor(this.#viewHeight() / this.#rowHeight) - 1);
  }

  /** Fills all slots anew, for a list that has changed. */
  update(length: number): void {
    if (length !== this.#length) {
      this.#length = length;
      this.#options.canvas.style.height = `${length * this.#rowHeight}px`;
    }
    this.#place(true);
  }

  /** Scrolls no further than needed to have the row in view, or to the middle. */
  reveal(position: number, middle = false): void {
    const { scroller } = this.#options;
    const top = position * this.#rowHeight;
    const space = this.#viewHeight() - this.#rowHeight;
    if (middle) scroller.scrollTop = top - space / 2;
    else if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top > scroller.scrollTop + space) scroller.scrollTop = top - space;
    this.#place(false);
  }

  slotAt(position: number): S | undefined {
    return this.#slots.find((slot) => slot.position === position);
  }

  #viewHeight(): number {
    const { scroller, canvas } = this.#options;
    return scroller.clientHeight - canvas.offsetTop;
  }

  #measure(): void {
    const { canvas, scroller } = this.#options;
    const before = this.#rowHeight;
    const first = scroller.scrollTop / before;
    this.#rowHeight = Number.parseFloat(getComputedStyle(canvas).getPropertyValue('--row-height'));
    const wanted = Math.ceil(scroller.clientHeight / this.#rowHeight) + 2 * SPARE_ROWS;
    while (this.#slots.length < wanted) {
      const slot = this.#options.create();
      slot.element.hidden = true;
      canvas.append(slot.element);
      this.#slots.push(slot);
    }
    if (before !== this.#rowHeight) {
      canvas.style.height = `${this.#length * this.#rowHeight}px`;
      scroller.scrollTop = first * this.#rowHeight;
    }
    this.#place(true);
  }

  #place(anew: boolean): void {
    const size = this.#slots.length;
    const top = Math.floor(this.#options.scroller.scrollTop / this.#rowHeight) - SPARE_ROWS;
    const first = Math.max(0, Math.min(top, this.#length - size));
    for (let position = first; position < first + size; position++) {
      const slot = this.#slots[position % size];
      if (slot === undefined) continue;
      const moved = slot.position !== position;
      if (!moved && !anew) continue;
      slot.position = position;
      slot.element.hidden = position >= this.#length;
      if (slot.element.hidden) continue;
      slot.element.style.transform = `translateY(${position * this.#rowHeight}px)`;
      this.#options.show(slot);
    }
  }
}
