import { blockOf } from '../../src/block-codec.ts';
import { CborReader } from '../../src/cbor-reader.ts';
import { type Cell, isVisible, merge, prune } from '../../src/cell.ts';
import { decodeCanonical } from '../../src/cell-reader.ts';
import { encodeCanonical } from '../../src/cell-writer.ts';
import { SHARE_MS } from '../../src/counter-cell.ts';
import { fieldsCell } from '../../src/fields-cell.ts';
import type { Life } from '../../src/life.ts';
import { decodeFrame, encodeFrame } from '../../src/message-codec.ts';
import type { Stamp } from '../../src/stamp.ts';
import { mulberry32 } from './mulberry32.ts';
import { type Kind, nextDelta, type Random } from './oracle-deltas.ts';

/*
 * Random schedules of three replicas of an entry, of which any language must make the same bytes: writes
 * (now and then with a stamp that was used before), pulls, deliveries of old deltas, prunes and touches at
 * any time, sensible or not. `Oracle.java` is the same; whoever changes one changes both, number by number.
 */

const KINDS: readonly Kind[] = ['value', 'fields', 'or', 'counter'];
const WRITERS = ['a', 'b', 'c'] as const;
const LAGS_MS: readonly number[] = [0, 1, 3_600_000, 86_400_000, 86_400_001, 200_000_000];
const STEPS = 30;
const KEY = 'k';

/** The replicas' canonical forms, `null` for none, and a DELTA frame with all of them. */
export function runOracle(seed: number): Uint8Array {
  const random = mulberry32(seed);
  const kind = KINDS[seed % KINDS.length] as Kind;
  const states: (Cell | null)[] = [null, null, null];
  const log: Cell[] = [];
  const times: number[] = [];
  let wallMs = 1_700_000_000_000;
  let last: Stamp | undefined;
  const mergeIn = (replica: number, cell: Cell): void => {
    const state = states[replica] ?? null;
    states[replica] = state === null ? cell : merge(state, cell);
  };
  for (let step = 0; step < STEPS; step++) {
    wallMs += random(8) === 0 ? random(72_000_000) : random(4);
    const replica = random(3);
    const state = states[replica] ?? null;
    const choice = random(12);
    if (choice < 5) {
      const again = random(8) === 0;
      if (!again || last === undefined) {
        last = { ms: wallMs, counter: step, writer: WRITERS[replica] as string };
      }
      times.push(last.ms);
      const delta = nextDelta(kind, random, last, wallMs, state);
      log.push(delta);
      mergeIn(replica, delta);
    } else if (choice < 7) {
      const other = states[random(3)] ?? null;
      if (other !== null) mergeIn(replica, stored(other));
    } else if (choice < 9) {
      if (log.length > 0) mergeIn(replica, delivered(log[random(log.length)] as Cell));
    } else if (choice < 11) {
      const frontierMs = nextFrontier(random, wallMs, times);
      states[replica] = state === null ? null : prune(state, frontierMs);
    } else {
      const touch = touchOf(state, wallMs);
      if (touch !== null) mergeIn(replica, touch);
    }
  }
  return resultOf(states);
}

/** Behind the wall, or at the edge of what a stamp of before decides. */
function nextFrontier(random: Random, wallMs: number, times: readonly number[]): number {
  const choice = random(LAGS_MS.length);
  if (random(2) === 0 || times.length === 0) return wallMs - (LAGS_MS[choice] as number);
  const ms = times[random(times.length)] as number;
  return ms + (choice % 2 === 0 ? 0 : SHARE_MS) - (choice >> 1);
}

function stored(cell: Cell): Cell {
  return decodeCanonical(new CborReader(encodeCanonical(KEY, cell)))[1];
}

function frameOf(entries: readonly (readonly [key: string, cell: Cell])[]): Uint8Array {
  const block = blockOf(entries.map(([key, cell]) => ({ map: 'm', key, cell })));
  return encodeFrame([{ type: 'DELTA', partition: 0, ref: 0, seq: 1, block }]);
}

function delivered(delta: Cell): Cell {
  const [message] = decodeFrame(frameOf([[KEY, delta]]));
  const entry = message?.type === 'DELTA' ? message.block.entries[0] : undefined;
  if (entry === undefined) throw new Error('not what was sent');
  return entry.cell;
}

function touchOf(cell: Cell | null, nowMs: number): Cell | null {
  if (cell === null || !isVisible(cell, nowMs)) return null;
  if (cell.kind === 'value') return { ...cell, life: touched(cell.life, nowMs) };
  if (cell.kind !== 'fields' || cell.base === null) return null;
  return fieldsCell({ ...cell.base, life: touched(cell.base.life, nowMs) }, [], [], null);
}

function touched(life: Life, nowMs: number): Life {
  return life.idleMs === 0 || nowMs <= life.touchedMs ? life : { ...life, touchedMs: nowMs };
}

function resultOf(states: readonly (Cell | null)[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const entries: [string, Cell][] = [];
  states.forEach((state, i) => {
    parts.push(state === null ? Uint8Array.of(0xf6) : encodeCanonical(KEY, state));
    if (state !== null) entries.push([WRITERS[i] as string, state]);
  });
  return Uint8Array.from(Buffer.concat([...parts, frameOf(entries)]));
}
