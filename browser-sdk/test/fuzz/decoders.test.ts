import { describe, expect, it } from 'vitest';
import { readBlock } from '../../src/block-codec.ts';
import { CborReader } from '../../src/cbor-reader.ts';
import { type Cell, merge, prune, viewOf } from '../../src/cell.ts';
import { decodeCanonical } from '../../src/cell-reader.ts';
import { encodeCanonical } from '../../src/cell-writer.ts';
import { TopGunError } from '../../src/error.ts';
import type { Message } from '../../src/message.ts';
import { decodeFrame, encodeFrame } from '../../src/message-codec.ts';
import { hex, unhex, vectors } from '../support/json-cells.ts';
import { mulberry32 } from '../support/mulberry32.ts';
import { mutate } from './mutate.ts';

/*
 * The golden vectors, mutated: whatever a frame holds, it is read or refused with a code, soon, and in
 * memory that follows its length. `npm run fuzz -- --minutes 10 --seed 1` runs longer than the tests do.
 */

const MINUTES = Number(process.env.TOPGUN_FUZZ_MINUTES ?? 5 / 60);
const SEED = Number(process.env.TOPGUN_FUZZ_SEED ?? Date.now() % 2 ** 32);
const FRAME_MS_MAX = 1_000;
/** What a byte of a frame may become: an empty array or map is one byte, and an object. */
const HEAP_PER_BYTE_MAX = 200;
const HEAP_FIXED_MAX = 512 * 1024;

const SEEDS: readonly Uint8Array[] = [
  ...vectors<{ hex: string }>('messages'),
  ...vectors<{ hex: string }>('refused'),
  ...vectors<{ hex: string }>('rejected'),
  ...vectors<{ hex: string }>('values'),
  ...vectors<{ canonicalHex: string }>('cells').map((it) => ({ hex: it.canonicalHex })),
].map((it) => unhex(it.hex));

interface Decoder {
  /** Gives what was read, so that it is still there when memory is measured. */
  readonly decode: (bytes: Uint8Array) => unknown;
  /** Whether what was read can be worked with, and is written and read as the same again. */
  readonly isFaithful: (bytes: Uint8Array) => boolean;
}

const DECODERS: { readonly [name: string]: Decoder } = {
  frame: { decode: (bytes) => decodeFrame(bytes), isFaithful: isFrameFaithful },
  block: { decode: (bytes) => readBlock(new CborReader(bytes)), isFaithful: () => true },
  cell: { decode: (bytes) => decodeCanonical(new CborReader(bytes)), isFaithful: isCellFaithful },
  value: { decode: (bytes) => new CborReader(bytes).value(), isFaithful: () => true },
};

/** What is wrong with the decoding of some bytes; null if nothing is. */
function fault({ decode, isFaithful }: Decoder, bytes: Uint8Array): string | null {
  const heap = process.memoryUsage().heapUsed;
  const start = performance.now();
  let decoded: unknown;
  try {
    decoded = decode(bytes);
  } catch (error) {
    if (!(error instanceof TopGunError)) return String(error);
  }
  const ms = performance.now() - start;
  const grown = process.memoryUsage().heapUsed - heap;
  if (ms > FRAME_MS_MAX) return `${ms} ms`;
  if (grown > HEAP_FIXED_MAX + HEAP_PER_BYTE_MAX * bytes.length) return `${grown} bytes of heap`;
  return decoded === undefined || isFaithful(bytes) ? null : 'not the same again';
}

function isFrameFaithful(bytes: Uint8Array): boolean {
  const messages = decodeFrame(bytes).filter((it) => it.type !== 'UNKNOWN');
  if (messages.length === 0) return true;
  const once = encodeFrame(messages);
  return hex(encodeFrame(decodeFrame(once) as Message[])) === hex(once);
}

function isCellFaithful(bytes: Uint8Array): boolean {
  const [key, cell] = decodeCanonical(new CborReader(bytes));
  return isUsable(cell) && isStable(key, cell);
}

function isUsable(cell: Cell): boolean {
  viewOf(cell, 1_700_000_000_000);
  prune(cell, 1_700_000_000_000);
  return merge(cell, cell) === cell;
}

function isStable(key: string, cell: Cell): boolean {
  const bytes = encodeCanonical(key, cell);
  const [, again] = decodeCanonical(new CborReader(bytes));
  return hex(encodeCanonical(key, again)) === hex(bytes);
}

describe('a mutated vector', () => {
  it(
    'is read or refused, soon, and in memory that follows its length',
    () => {
      const random32 = mulberry32(SEED);
      const random = (end: number): number => random32(end);
      const deadline = performance.now() + MINUTES * 60_000;
      let frames = 0;
      while (performance.now() < deadline) {
        const bytes = mutate(SEEDS, random);
        frames++;
        for (const [name, decoder] of Object.entries(DECODERS)) {
          // A pause of the machine, or a collection, is no fault: that comes again.
          let found = fault(decoder, bytes);
          for (let i = 0; i < 3 && found !== null; i++) found = fault(decoder, bytes);
          expect(found, `seed ${SEED}, mutation ${frames}, ${name} ${hex(bytes)}`).toBeNull();
        }
      }
      console.info(`seed ${SEED}: ${frames} mutations`);
      expect(frames).toBeGreaterThan(100);
    },
    MINUTES * 60_000 + 60_000,
  );
});

describe('the fuzzer finds', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => i);

  it.each<[string, Partial<Decoder>]>([
    ['a crash', { decode: () => (undefined as unknown as string).trim() }],
    ['memory as declared', { decode: () => Array.from({ length: 1_000_000 }, () => ({})) }],
    ['what is read as something else', { decode: () => 1, isFaithful: () => false }],
  ])('%s', (_, wrong) => {
    expect(
      fault({ decode: () => undefined, isFaithful: () => true, ...wrong }, bytes),
    ).not.toBeNull();
  });
});
