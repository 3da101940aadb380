import { describe, expect, it } from 'vitest';
import { hex, vectors } from '../test/support/json-cells.ts';
import { markOf, spoiltFrame } from '../test/support/mutations.ts';

const PER_BLOCK = 100;

describe('ten thousand spoilt frames', () => {
  it('are read or refused alike in every language', () => {
    const blocks = vectors<{ readonly marks: string }>('mutations');
    expect(blocks.length).toBe(100);
    const differing: string[] = [];
    blocks.forEach(({ marks }, block) => {
      for (let i = 0; i < PER_BLOCK; i++) {
        const seed = block * PER_BLOCK + i;
        const frame = spoiltFrame(seed);
        const mark = markOf(frame);
        const wanted = marks.slice(4 * i, 4 * i + 4);
        if (mark !== wanted) differing.push(`seed ${seed}: ${mark}, not ${wanted}: ${hex(frame)}`);
      }
    });
    expect(differing).toEqual([]);
  });
});
