import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARTITIONS } from './partition.ts';
import { PartitionSet } from './partition-set.ts';

const steps = fc.array(
  fc.record({
    action: fc.constantFrom('add', 'delete', 'clear'),
    partition: fc.constantFrom(0, 1, 7, PARTITIONS - 1),
  }),
  { maxLength: 30 },
);

describe('a set of partitions', () => {
  it('is a set', () => {
    const law = fc.property(steps, (all) => {
      const [own, plain] = [new PartitionSet(), new Set<number>()];
      for (const { action, partition } of all) {
        if (action === 'delete') expect(own.delete(partition)).toBe(plain.delete(partition));
        else if (action === 'add') {
          own.add(partition);
          plain.add(partition);
        } else {
          own.clear();
          plain.clear();
        }
        expect([own.size, own.has(partition)]).toEqual([plain.size, plain.has(partition)]);
      }
      expect([...own]).toEqual([...plain].sort((a, b) => a - b));
    });
    fc.assert(law);
  });
});
