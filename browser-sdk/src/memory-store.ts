import type { Checkpoint, OpName, Store, StoredOp, StoredSlice } from './store.ts';

/** A store that lives as long as its object. Clients that are given the same one share it. */
export class MemoryStore implements Store {
  readonly #ops: Map<string, StoredOp> = new Map();
  readonly #slices: Map<string, Map<number, StoredSlice>> = new Map();
  #clockMs = 0;

  async open(): Promise<number> {
    return this.#clockMs;
  }

  async append(ops: readonly StoredOp[]): Promise<void> {
    for (const op of ops) this.#ops.set(opKey(op), op);
  }

  async writers(): Promise<readonly string[]> {
    return [...new Set(Array.from(this.#ops.values(), (op) => op.writer))];
  }

  async adopt(from: string, to: string, firstId: number): Promise<readonly StoredOp[]> {
    const ops = [...this.#ops.values()].filter((op) => op.writer === from);
    ops.sort((a, b) => a.id - b.id);
    const adopted = ops.map((op, i) => ({ ...op, writer: to, id: firstId + i }));
    for (const op of ops) this.#ops.delete(opKey(op));
    for (const op of adopted) this.#ops.set(opKey(op), op);
    return adopted;
  }

  async readMap(map: string): Promise<readonly StoredSlice[]> {
    return [...(this.#slices.get(map)?.values() ?? [])];
  }

  async commit(checkpoint: Checkpoint): Promise<void> {
    for (const slice of checkpoint.slices) {
      let slices = this.#slices.get(slice.map);
      if (slices === undefined) {
        slices = new Map();
        this.#slices.set(slice.map, slices);
      }
      slices.set(slice.partition, slice);
    }
    for (const op of checkpoint.settled) this.#ops.delete(opKey(op));
    this.#clockMs = Math.max(this.#clockMs, checkpoint.clockMs);
  }

  async close(): Promise<void> {}
}

function opKey(op: OpName): string {
  return `${op.writer} ${op.id}`;
}
