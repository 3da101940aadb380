import { invalidValue } from './error.ts';
import { compareText, utf8Length, writeUtf8 } from './text.ts';
import type { Value } from './value.ts';

/** Writes the deterministic CBOR of PROTOCOL section 1. */
export class CborWriter {
  #bytes = new Uint8Array(CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** What was written, up to `length`; until the next write. */
  get view(): DataView {
    return this.#view;
  }

  /** Begins anew, in the same memory unless that has grown large. */
  clear(): void {
    this.#at = 0;
    if (this.#bytes.length > KEPT_MAX) this.#move(new Uint8Array(CAPACITY));
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  array(length: number): void {
    this.#head(0x80, length);
  }

  map(length: number): void {
    this.#head(0xa0, length);
  }

  null(): void {
    this.#byte(0xf6);
  }

  undefined(): void {
    this.#byte(0xf7);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xf5 : 0xf4);
  }

  /** A whole number inside ±(2^53-1). */
  integer(value: number): void {
    if (value >= 0) this.#head(0x00, value);
    else this.#head(0x20, -1 - value);
  }

  bigint(value: bigint): void {
    if (value >= -SAFE_MAX && value <= SAFE_MAX) {
      this.integer(Number(value));
      return;
    }
    if (value < -INT64_END || value >= INT64_END) throw invalidValue('an integer out of range');
    this.#room(9);
    this.#bytes[this.#at] = value < 0n ? 0x3b : 0x1b;
    this.#view.setBigUint64(this.#at + 1, value < 0n ? -1n - value : value);
    this.#at += 9;
  }

  number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.integer(value === 0 ? 0 : value);
      return;
    }
    if (!Number.isFinite(value)) throw invalidValue(`${value} is not a value`);
    this.#room(9);
    this.#bytes[this.#at] = 0xfb;
    this.#view.setFloat64(this.#at + 1, value);
    this.#at += 9;
  }

  text(text: string): void {
    // A long one is mostly ASCII, too, which the encoder finds out faster than a loop that counts.
    const { length } = text;
    if (length < SHORT ? this.#ascii(text) : this.#utf8(text, length)) return;
    const bytes = utf8Length(text);
    if (bytes < 0) throw invalidValue('a text with a lone surrogate');
    this.#utf8(text, bytes);
  }

  bytes(bytes: Uint8Array): void {
    this.#head(0x40, bytes.length);
    this.raw(bytes);
  }

  /** Bytes that are CBOR already. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  value(value: Value): void {
    if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'boolean') this.boolean(value);
    else if (typeof value === 'bigint') this.bigint(value);
    else if (value === null) this.null();
    else if (value instanceof Uint8Array) this.bytes(value);
    else if (isArray(value)) {
      this.array(value.length);
      for (const item of value) this.value(item);
    } else {
      const names = Object.keys(value).sort(compareText);
      this.map(names.length);
      for (const name of names) {
        this.text(name);
        this.value(value[name] as Value);
      }
    }
  }

  /** Nearly all keys, names and writers: one pass instead of one to count and one to write. */
  #ascii(text: string): boolean {
    const { length } = text;
    this.#room(2 + length);
    const bytes = this.#bytes;
    let at = this.#at;
    if (length >= 24) bytes[at++] = 0x78;
    bytes[at++] = length < 24 ? 0x60 | length : length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      bytes[at++] = unit;
    }
    this.#at = at;
    return true;
  }

  /** Writes a text of so many bytes, or nothing if it has more. */
  #utf8(text: string, length: number): boolean {
    const at = this.#at;
    this.#head(0x60, length);
    this.#room(length);
    const isWhole = writeUtf8(text, length, this.#bytes, this.#at);
    this.#at = isWhole ? this.#at + length : at;
    return isWhole;
  }

  #head(major: number, argument: number): void {
    this.#room(9);
    const bytes = this.#bytes;
    if (argument < 24) {
      bytes[this.#at++] = major | argument;
    } else if (argument < 0x100) {
      bytes[this.#at++] = major | 24;
      bytes[this.#at++] = argument;
    } else if (argument < 0x10000) {
      bytes[this.#at++] = major | 25;
      this.#view.setUint16(this.#at, argument);
      this.#at += 2;
    } else if (argument < 0x100000000) {
      bytes[this.#at++] = major | 26;
      this.#view.setUint32(this.#at, argument);
      this.#at += 4;
    } else {
      bytes[this.#at++] = major | 27;
      this.#view.setUint32(this.#at, argument / 0x100000000);
      this.#view.setUint32(this.#at + 4, argument >>> 0);
      this.#at += 8;
    }
  }

  #byte(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = byte;
  }

  #room(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#move(grown);
  }

  #move(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

const CAPACITY = 1024;
const KEPT_MAX = 1e6;
/** Up to here a loop is faster than a call into the encoder. */
const SHORT = 64;
const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);
const INT64_END = 1n << 63n;

function isArray(value: object): value is readonly Value[] {
  return Array.isArray(value);
}
