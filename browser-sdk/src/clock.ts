import { COUNTER_MAX, type Stamp } from './stamp.ts';

/**
 * A hybrid logical clock (Kulkarni et al. 2014) on a wall clock that may be wrong: `offsetMs` is what
 * the server's clock is ahead of it. Stamps of one clock strictly increase, but for `rewind`.
 */
export class HybridClock {
  readonly writer: string;
  readonly #wallMs: () => number;
  #offsetMs = 0;
  #ms = 0;
  #counter = 0;
  #seenMs = 0;
  #seenCounter = 0;

  constructor(wallMs: () => number, writer: string) {
    this.#wallMs = wallMs;
    this.writer = writer;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** The greatest ms that was given out or seen. */
  get highWaterMs(): number {
    return this.#ms;
  }

  /** The corrected wall clock. */
  nowMs(): number {
    return Math.max(0, Math.round(this.#wallMs() + this.#offsetMs));
  }

  next(): Stamp {
    const now = this.nowMs();
    if (now > this.#ms) {
      this.#ms = now;
      this.#counter = 0;
    } else if (this.#counter === COUNTER_MAX) {
      this.#ms++;
      this.#counter = 0;
    } else {
      this.#counter++;
    }
    return { ms: this.#ms, counter: this.#counter, writer: this.writer };
  }

  /** What is stamped after this is greater than what was seen, as the replicas hold it. */
  observe(ms: number, counter: number): void {
    if (ms > this.#seenMs || (ms === this.#seenMs && counter > this.#seenCounter)) {
      this.#seenMs = ms;
      this.#seenCounter = counter;
    }
    this.#advance(ms, counter);
  }

  /** Goes on behind the high-water mark of an earlier run. */
  resume(highWaterMs: number): void {
    this.#advance(highWaterMs, COUNTER_MAX);
  }

  /**
   * Learns the server's time, as it was somewhere within the last `roundTripMs`. An offset that this
   * does not contradict stays: the clocks of two machines are nearer to each other than a slow network
   * can tell, and the order of their stamps must not depend on it. Gives whether the offset changed.
   */
  correct(serverMs: number, roundTripMs: number): boolean {
    const offsetMs = serverMs + roundTripMs / 2 - this.#wallMs();
    if (Math.abs(offsetMs - this.#offsetMs) <= roundTripMs / 2 + 1) return false;
    this.#offsetMs = offsetMs;
    return true;
  }

  /**
   * Goes back to what was observed, because what was given out since was too far in the future for
   * any replica to take. The caller observes the stamps that are still on their way.
   */
  rewind(): void {
    this.#ms = this.#seenMs;
    this.#counter = this.#seenCounter;
  }

  #advance(ms: number, counter: number): void {
    if (ms < this.#ms || (ms === this.#ms && counter <= this.#counter)) return;
    this.#ms = ms;
    this.#counter = counter;
  }
}
