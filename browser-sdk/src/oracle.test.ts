import { describe, expect, it } from 'vitest';
import { hex, vectors } from '../test/support/json-cells.ts';
import { runOracle } from '../test/support/oracle.ts';
import { murmur3 } from './murmur3.ts';

const PER_BLOCK = 100;

function digestOf(bytes: Uint8Array): Uint8Array {
  const words = new Int32Array(4);
  murmur3(new DataView(bytes.buffer, bytes.byteOffset), bytes.length, words);
  const digest = new DataView(new ArrayBuffer(8));
  digest.setInt32(0, words[0] as number);
  digest.setInt32(4, words[1] as number);
  return new Uint8Array(digest.buffer);
}

describe('random schedules', () => {
  interface Block {
    readonly digest: string;
    /** The first two bytes of the digest of each schedule. */
    readonly marks: string;
  }
  const blocks = vectors<Block>('oracle');

  it('end in the same bytes in every language', () => {
    expect(blocks.length).toBe(100);
    blocks.forEach(({ digest, marks }, block) => {
      const digests = Array.from({ length: PER_BLOCK }, (_, i) =>
        digestOf(runOracle(block * PER_BLOCK + i)),
      );
      const first = digests.findIndex(
        (own, i) => hex(own).slice(0, 4) !== marks.slice(4 * i, 4 * i + 4),
      );
      const seed = first < 0 ? 'unknown' : block * PER_BLOCK + first;
      expect(hex(digestOf(Buffer.concat(digests))), `block ${block}, first in seed ${seed}`).toBe(
        digest,
      );
    });
  }, 60_000);

  interface Case {
    readonly seed: number;
    readonly why: string;
    readonly resultHex: string;
  }
  it.each(vectors<Case>('oracle-cases'))('of seed $seed: $why', ({ seed, resultHex }) => {
    expect(hex(runOracle(seed))).toBe(resultHex);
  });
});
