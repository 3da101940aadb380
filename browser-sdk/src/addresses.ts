import { isSecure, socketUrl } from './options.ts';

/** Of what a server tells, as many are kept. */
const TOLD_MAX = 100;

/** Where a client can connect to: first what the application configured, then what a server told. */
export class Addresses {
  readonly #own: readonly string[];
  readonly #isSecure: boolean;
  readonly #random: () => number;
  #told: readonly string[] = [];
  #ignored: readonly string[] = [];
  /** Since the last that proved good, or since all were tried. */
  readonly #tried: Set<string> = new Set();
  #current: string;

  /** `isPageSecure` is of a page that came over TLS, whose browser allows no socket without. */
  constructor(own: readonly string[], isPageSecure: boolean, random: () => number = Math.random) {
    this.#own = own;
    this.#current = own[0] as string;
    // Nor is a token that was meant for TLS sent without.
    this.#isSecure = isPageSecure || own.every(isSecure);
    this.#random = random;
  }

  get current(): string {
    return this.#current;
  }

  /** Those that were told and cannot be used, because they are without TLS. */
  get ignored(): readonly string[] {
    return this.#ignored;
  }

  get hasUntried(): boolean {
    return this.#all.some((url) => url !== this.#current && !this.#tried.has(url));
  }

  /** Takes the place of all that was told before. */
  tell(urls: readonly string[]): void {
    const told = urls.slice(0, TOLD_MAX).flatMap(socketUrlOrNone);
    this.#ignored = told.filter((url) => this.#isSecure && !isSecure(url));
    // In an order of its own, or all the clients of a node that dies would go to the same one.
    this.#told = told
      .filter((url) => !this.#ignored.includes(url))
      .map((url): [number, string] => [this.#random(), url])
      .sort(([a], [b]) => a - b)
      .map(([, url]) => url);
  }

  /** Goes on to one that was not tried; if there is none it gives false, and begins with the first again. */
  next(): boolean {
    this.#tried.add(this.#current);
    const all = this.#all;
    const untried = all.find((url) => !this.#tried.has(url));
    if (untried === undefined) this.#tried.clear();
    this.#current = untried ?? (all[0] as string);
    return untried !== undefined;
  }

  /** The current one has proved good, so when it is lost each of the others may be tried at once. */
  settle(): void {
    this.#tried.clear();
  }

  get #all(): readonly string[] {
    return [...this.#own, ...this.#told];
  }
}

function socketUrlOrNone(text: string): string[] {
  try {
    return [socketUrl(text)];
  } catch {
    return [];
  }
}
