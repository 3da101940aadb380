/** What tells a stored operation from every other one. */
export interface OpName {
  readonly writer: string;
  readonly id: number;
}

/** An operation as it is kept until the server has confirmed it. */
export interface StoredOp extends OpName {
  readonly map: string;
  readonly key: string;
  /** The delta in canonical form. */
  readonly cell: Uint8Array<ArrayBuffer>;
  readonly at: number;
  /** What a counter's operation adds to its share, in which what was counted before is contained. */
  readonly by?: number;
}

/** Where a partition of a map stands in a replica's log. */
export interface Position {
  /** 8 bytes, as 16 hexadecimal digits. */
  readonly storeId: string;
  readonly incarnation: number;
  readonly seq: number;
}

/**
 * The confirmed cells of one partition of one map as one block, with the position they stand for: one
 * record, so that the two can never disagree, whichever tab wrote it.
 */
export interface StoredSlice {
  readonly map: string;
  readonly partition: number;
  readonly position: Position | null;
  readonly block: Uint8Array<ArrayBuffer>;
}

/** What is saved together: cells, and the operations that are now part of them. */
export interface Checkpoint {
  readonly slices: readonly StoredSlice[];
  readonly settled: readonly OpName[];
  /** The clock's greatest ms, so that a clock set back never repeats itself. */
  readonly clockMs: number;
}

/** Where a client keeps its outbox and its local replica. Several clients may share one. */
export interface Store {
  /** Called once, first. Gives the clock's saved ms, or 0. */
  open(): Promise<number>;
  /** Resolves once the operations are durable. Replaces those of the same `[writer, id]`. */
  append(ops: readonly StoredOp[]): Promise<void>;
  /** The writers that have operations here. */
  writers(): Promise<readonly string[]>;
  /** Gives the operations of one writer to another, in order, numbered from `firstId`; in one step. */
  adopt(from: string, to: string, firstId: number): Promise<readonly StoredOp[]>;
  /** The blocks are kept and read bit by bit: nobody changes them any more. */
  readMap(map: string): Promise<readonly StoredSlice[]>;
  /** All or nothing. */
  commit(checkpoint: Checkpoint): Promise<void>;
  close(): Promise<void>;
}
