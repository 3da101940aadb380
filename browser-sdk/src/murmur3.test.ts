import { expect, it } from 'vitest';
import { keyHash } from './partition.ts';

it.each([
  ['', '00000000 00000000 00000000 00000000'],
  ['The quick brown fox jumps over the lazy dog', '2f1583c3 ecee2c67 5d7bf66c e5e91d2c'],
])('the hash of %j is that of the reference implementation', (key, words) => {
  const found = keyHash(key).map((word) => word.toString(16).padStart(8, '0'));
  expect(found.join(' ')).toBe(words);
});
