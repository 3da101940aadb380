import { CborWriter } from './cbor-writer.ts';
import type { Value } from './value.ts';

/** One for all, as the memory of a new one costs more than what is written. */
const writer = new CborWriter();

/** A value's only encoding. */
export function encodeValue(value: Value): Uint8Array<ArrayBuffer> {
  writer.clear();
  writer.value(value);
  return writer.finish();
}

/** By their encodings' bytes; no value (a removal) is less than any. */
export function compareValues(a: Value | undefined, b: Value | undefined): number {
  if (Object.is(a, b)) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [left, right] = [encodeValue(a), encodeValue(b)];
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const difference = (left[i] as number) - (right[i] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
