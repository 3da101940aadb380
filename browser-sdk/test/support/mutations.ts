import type { Message, Unknown } from '../../src/message.ts';
import { decodeFrame, encodeFrame } from '../../src/message-codec.ts';
import { murmur3 } from '../../src/murmur3.ts';
import { hex, unhex, vectors } from './json-cells.ts';
import { mulberry32 } from './mulberry32.ts';

/*
 * The frames of the golden messages, spoilt at random, and what becomes of each: refused, or read as what.
 * `Mutations.java` spoils the same ones in the same way, number by number.
 */

const REFUSED = '----';

const UNREAD: ReadonlySet<string> = new Set(['HELLO', 'SUBSCRIBE']);

const AWKWARD: readonly number[] = [
  ...[0x00, 0x17, 0x18, 0x1b, 0x20, 0x3b, 0x40, 0x5b, 0x5f, 0x60, 0x7b, 0x7f, 0x80, 0x82, 0x9a],
  ...[0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xdb, 0xe0, 0xf4, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb],
  ...[0xff],
];

const FRAMES: readonly Uint8Array[] = vectors<{ readonly hex: string }>('messages').map((it) =>
  unhex(it.hex),
);

export function spoiltFrame(seed: number): Uint8Array {
  const random = mulberry32(seed);
  let bytes = Uint8Array.from(FRAMES[random(FRAMES.length)] as Uint8Array);
  for (let times = random(3); times >= 0 && bytes.length > 0; times--) bytes = spoil(bytes, random);
  return bytes;
}

function spoil(bytes: Uint8Array, random: (bound: number) => number): Uint8Array<ArrayBuffer> {
  const spoilt = Uint8Array.from(bytes);
  const at = random(bytes.length);
  const byte = bytes[at] as number;
  switch (random(6)) {
    case 0:
      spoilt[at] = byte ^ (1 << random(8));
      return spoilt;
    case 1:
      spoilt[at] = AWKWARD[random(AWKWARD.length)] as number;
      return spoilt;
    case 2:
      spoilt[at] = byte + random(3) - 1;
      return spoilt;
    case 3:
      return spoilt.slice(0, at);
    case 4:
      return joined(bytes, at, bytes, at + random(9));
    default: {
      const other = FRAMES[random(FRAMES.length)] as Uint8Array;
      return joined(bytes, at, other, random(other.length));
    }
  }
}

function joined(
  head: Uint8Array,
  to: number,
  tail: Uint8Array,
  from: number,
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat([head.subarray(0, to), tail.subarray(from)]));
}

/**
 * The first two bytes of the digest of the messages, written again; of an unknown one, and of WELCOME, whose
 * limits each language completes in its own way, only that it is there. What is refused, or has what no
 * client reads (HELLO, SUBSCRIBE), has another mark.
 */
export function markOf(frame: Uint8Array): string {
  let messages: (Message | Unknown)[];
  try {
    messages = decodeFrame(frame);
  } catch {
    return REFUSED;
  }
  if (messages.some((it) => UNREAD.has(it.type) || isShort(it))) return REFUSED;
  const bytes = Buffer.concat(messages.map(written));
  const words = new Int32Array(4);
  murmur3(new DataView(bytes.buffer, bytes.byteOffset), bytes.length, words);
  return hex(Uint8Array.of((words[0] as number) >>> 24, (words[0] as number) >>> 16));
}

function written(message: Message | Unknown): Uint8Array {
  if (message.type === 'UNKNOWN' || message.type === 'WELCOME') return Uint8Array.of(0xf6);
  const isOps = message.type === 'OPS';
  return encodeFrame([isOps ? { ...message, runs: joinedRuns(message.runs) } : message]);
}

/** Whether it has more ids than operations, or fewer, which only a node looks at. */
function isShort(message: Message | Unknown): boolean {
  if (message.type !== 'OPS') return false;
  const ids = message.runs.reduce((sum, run, i) => (i % 2 === 0 ? sum : sum + run), 0);
  return ids !== message.block.entries.length;
}

/** The fewest runs of the same ids. */
function joinedRuns(runs: readonly number[]): number[] {
  const joined: number[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    const [first, count] = [runs[i] as number, runs[i + 1] as number];
    const last = joined.length - 2;
    if (last >= 0 && (joined[last] as number) + (joined[last + 1] as number) === first) {
      joined[last + 1] = (joined[last + 1] as number) + count;
    } else {
      joined.push(first, count);
    }
  }
  return joined;
}
