import type { Unsubscribe } from './api.ts';
import { callAll } from './notices.ts';

/** Those who want to be told of something. */
export class Listeners<T> {
  readonly #listeners: Set<(event: T) => void> = new Set();

  subscribe(listener: (event: T) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: T): void {
    callAll(this.#listeners, event);
  }
}
