import type { LocalResult, ServerResult, Write } from './api.ts';
import type { Cell } from './cell.ts';
import { encodeCanonical } from './cell-writer.ts';
import { Deferred } from './deferred.ts';
import { stampOfDelta } from './delta.ts';
import type { PendingOp } from './outbox.ts';
import type { Stamp } from './stamp.ts';

/** An operation as it is made. */
export interface NewOp {
  readonly id: number;
  readonly map: string;
  readonly key: string;
  readonly cell: Cell;
  readonly stamp: Stamp;
  /** What it adds to its share of a counter; else 0. */
  readonly by: number;
}

/** A new operation for the outbox, and the promises of its write. */
export function pending(
  made: NewOp,
  writer: string,
  isQuiet: boolean,
): readonly [PendingOp, Omit<Write, 'id'>] {
  const { key, cell, stamp } = made;
  const local: Deferred<LocalResult> = new Deferred();
  const server: Deferred<ServerResult> = new Deferred();
  const op: PendingOp = {
    ...made,
    writer,
    // That of a share is its name.
    stamp: cell.kind === 'counter' ? stampOfDelta(cell, stamp.writer) : stamp,
    bytes: encodeCanonical(key, cell),
    at: stamp.ms,
    state: 'saving',
    backsOff: false,
    mayBeTaken: false,
    attempts: 0,
    isAdopted: false,
    isQuiet,
    settleLocal: local.resolve,
    settleServer: server.resolve,
  };
  return [op, { local: local.promise, server: server.promise }];
}
