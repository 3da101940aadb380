/** With more rows than this to put in their places the list waits until it pays. */
const ROWS = 1_000;
/** In a flood the list is put in order when it has grown by this factor, so that all orders together cost little. */
const GROWTH = 3;
/** But it is not older than this. */
const PAUSE_MS = 2_000;

/** Says when a list that is filled for the first time should be put in order. */
export class Flood {
  readonly #retry: () => void;
  #orderedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `retry` is called when the wait is over. */
  constructor(retry: () => void) {
    this.#retry = retry;
  }

  /** Whether `touched` of `size` rows should wait: an order made now would be stale at once. */
  isRising(touched: number, size: number): boolean {
    const isRising =
      touched > ROWS &&
      size < (size - touched) * GROWTH &&
      performance.now() < this.#orderedAt + PAUSE_MS;
    if (isRising) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#retry, PAUSE_MS);
    }
    return isRising;
  }

  ordered(): void {
    this.#orderedAt = performance.now();
  }
}
