import type { LocalResult, Rejection } from './api.ts';
import { CborReader } from './cbor-reader.ts';
import { decodeCanonical } from './cell-reader.ts';
import { stampOfDelta } from './delta.ts';
import { TopGunError } from './error.ts';
import { KEPT_LIMITS } from './limits.ts';
import type { PendingOp } from './outbox.ts';
import type { Store, StoredOp } from './store.ts';

/* Between the outbox and its records in a store. */

export async function append(store: Store, ops: readonly StoredOp[]): Promise<LocalResult> {
  try {
    await store.append(ops);
    return { ok: true };
  } catch (error) {
    return { ok: false, code: 'STORAGE_FAILED', text: String(error) };
  }
}

export function storedOf({ writer, id, map, key, bytes, at, by }: PendingOp): StoredOp {
  return { writer, id, map, key, cell: bytes, at, ...(by === 0 ? {} : { by }) };
}

/** An operation of an earlier page or another tab, or why it cannot be read. */
export function pendingOf(stored: StoredOp): PendingOp | Rejection {
  const { writer, id, map, key, at, by = 0 } = stored;
  try {
    const [, cell] = decodeCanonical(new CborReader(stored.cell, KEPT_LIMITS));
    return {
      id,
      writer,
      map,
      key,
      cell,
      stamp: stampOfDelta(cell, writer),
      by,
      bytes: stored.cell,
      at,
      state: 'saving',
      backsOff: false,
      mayBeTaken: true,
      attempts: 0,
      isAdopted: true,
      isQuiet: false,
      settleLocal: ignore,
      settleServer: ignore,
    };
  } catch (error) {
    const code = error instanceof TopGunError ? error.code : 'INVALID_VALUE';
    return { ok: false, code, text: String(error) };
  }
}

function ignore(): void {}
