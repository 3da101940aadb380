import { invalidValue } from './error.ts';
import { utf8Length } from './text.ts';

/** What a map can hold: JSON, bytes, and 64-bit integers (a `bigint` outside ±(2^53-1)). */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value };

/** Sets a field even if it is called `__proto__`. */
export function defineField(object: { [name: string]: Value }, name: string, value: Value): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true });
}

export function isPlainObject(value: unknown): value is { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A frozen copy of what an application passes in, with -0 as 0: what the other replicas will read.
 * Throws `INVALID_VALUE` for what is not a value.
 */
export function normalize(input: unknown, depthLeft: number): Value {
  switch (typeof input) {
    case 'string':
      if (utf8Length(input) < 0) throw invalidValue('a text with a lone surrogate');
      return input;
    case 'number':
      if (!Number.isFinite(input)) throw invalidValue(`${input} is not a value`);
      return input === 0 ? 0 : input;
    case 'boolean':
      return input;
    case 'bigint':
      return copyBigint(input);
    case 'object':
      if (input === null) return null;
      // Not `slice`: that of a Buffer of Node shares its memory.
      if (input instanceof Uint8Array) return new Uint8Array(input);
      if (depthLeft === 0) throw invalidValue('nested too deep');
      if (Array.isArray(input)) return copyArray(input, depthLeft - 1);
      if (isPlainObject(input)) return copyObject(input, depthLeft - 1);
      throw invalidValue(`a ${input.constructor?.name ?? 'class instance'} is not a value`);
    default:
      throw invalidValue(`a ${typeof input} is not a value`);
  }
}

function copyBigint(input: bigint): Value {
  if (BigInt.asIntN(64, input) !== input) throw invalidValue('an integer out of range');
  const number = Number(input);
  return Number.isSafeInteger(number) ? number : input;
}

function copyArray(input: readonly unknown[], depthLeft: number): Value {
  return Object.freeze(Array.from(input, (item) => normalize(item, depthLeft)));
}

function copyObject(input: { readonly [name: string]: unknown }, depthLeft: number): Value {
  const object: { [name: string]: Value } = {};
  for (const name of Object.keys(input)) {
    if (utf8Length(name) < 0) throw invalidValue('a text with a lone surrogate');
    defineField(object, name, normalize(input[name], depthLeft));
  }
  return Object.freeze(object);
}
