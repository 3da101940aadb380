/** When the entries of a replica that go by themselves will do so. */
export class Expiries {
  readonly #ends: Map<string, number> = new Map();
  #nextMs = 0;

  /** Not later than the first end; 0: there is none. */
  get nextMs(): number {
    return this.#nextMs;
  }

  has(key: string): boolean {
    return this.#ends.has(key);
  }

  /** `endMs` is 0 for an entry that does not go by itself. */
  set(key: string, endMs: number): void {
    if (endMs === 0) {
      if (this.#ends.size > 0) this.#ends.delete(key);
      return;
    }
    this.#ends.set(key, endMs);
    this.#expect(endMs);
  }

  /** The keys whose time is over, which are forgotten. */
  take(nowMs: number): string[] {
    if (this.#nextMs === 0 || this.#nextMs > nowMs) return [];
    this.#nextMs = 0;
    const over: string[] = [];
    for (const [key, endMs] of this.#ends) {
      if (endMs > nowMs) this.#expect(endMs);
      else over.push(key);
    }
    for (const key of over) this.#ends.delete(key);
    return over;
  }

  #expect(endMs: number): void {
    if (this.#nextMs === 0 || endMs < this.#nextMs) this.#nextMs = endMs;
  }
}
