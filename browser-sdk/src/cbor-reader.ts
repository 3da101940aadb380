import { malformed } from './error.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { compareText, isAscii, readUtf8 } from './text.ts';
import { defineField, type Value } from './value.ts';

/** Reads the deterministic CBOR of PROTOCOL section 1 and refuses everything else. */
export class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly limits: Limits;
  #at: number;

  constructor(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limits = limits;
    this.#at = 0;
  }

  get position(): number {
    return this.#at;
  }

  /** Goes back to where it was. */
  seek(position: number): void {
    this.#at = position;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The length of an array, which the rest of the input is long enough for. */
  array(): number {
    const length = this.#expect(4, 'an array');
    this.#need(length);
    return length;
  }

  unsigned(): number {
    return this.#safe(this.#expect(0, 'an unsigned integer'));
  }

  integer(): number {
    const first = this.#initial();
    if (first < 0x18) return first;
    const major = first >> 5;
    if (major > 1) throw malformed('an integer expected');
    const argument = this.#argument(first);
    return this.#safe(major === 0 ? argument : -1 - argument);
  }

  boolean(): boolean {
    const byte = this.#bytes[this.#at++];
    if (byte === 0xf5) return true;
    if (byte === 0xf4) return false;
    throw malformed('a boolean expected');
  }

  text(): string {
    return this.#textOf(this.#expect(3, 'a text'));
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#take(this.#expect(2, 'bytes'));
  }

  /** Takes a null, if that is next. */
  takeNull(): boolean {
    return this.#takeByte(0xf6);
  }

  /** Takes an undefined, if that is next. */
  takeUndefined(): boolean {
    return this.#takeByte(0xf7);
  }

  value(): Value {
    return this.#value(0);
  }

  /** Passes over fields if they have these names, each one byte; else it stays. */
  passFields(names: readonly number[]): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    for (const name of names) {
      this.#at = at + 1;
      if (bytes[at++] !== name) {
        this.#at = start;
        return false;
      }
      const first = bytes[at++] as number;
      if (first < 0x18) continue;
      const isLong = first === 0x78;
      const length = isLong ? (bytes[at++] as number) : first - 0x60;
      const isText = isLong === length > 0x17 && length >= 0;
      if (isText && isAscii(bytes, at, at + length)) {
        at += length;
      } else {
        this.#value(0);
        at = this.#at;
      }
    }
    this.#at = at;
    return true;
  }

  /** Passes over one item that need only be well-formed, as a later version may send it. */
  skip(): void {
    if (this.#skip(SKIP_DEPTH_MAX)) throw malformed('a break out of place');
  }

  end(): void {
    if (!this.atEnd) throw malformed('bytes behind the end');
  }

  #value(depth: number): Value {
    const first = this.#initial();
    if (first < 0x18) return first;
    if (first >= 0xe0) return this.#simple(first);
    const argument = this.#argument(first);
    switch (first >> 5) {
      case 0:
        return this.#integerOf(argument, false);
      case 1:
        return this.#integerOf(argument, true);
      case 2:
        return this.#take(argument);
      case 3:
        return this.#textOf(argument);
      case 4:
        return this.#arrayOf(argument, depth + 1);
      case 5:
        return this.#mapOf(argument, depth + 1);
      default:
        throw malformed('tags are refused');
    }
  }

  #simple(first: number): Value {
    if (first === 0xf4) return false;
    if (first === 0xf5) return true;
    if (first === 0xf6) return null;
    if (first !== 0xfb) throw malformed('an unknown simple value');
    this.#need(8);
    const float = this.#view.getFloat64(this.#at);
    this.#at += 8;
    if (!Number.isFinite(float) || Number.isSafeInteger(float)) {
      throw malformed('a float that is not written as one');
    }
    return float;
  }

  #integerOf(argument: number, isNegative: boolean): number | bigint {
    const integer = isNegative ? -1 - argument : argument;
    if (Number.isSafeInteger(integer)) return integer;
    const big = this.#view.getBigUint64(this.#at - 8);
    if (big >= 1n << 63n) throw malformed('an integer out of range');
    return isNegative ? -1n - big : big;
  }

  #arrayOf(length: number, depth: number): Value {
    this.#enter(length, depth);
    const items: Value[] = [];
    for (let i = 0; i < length; i++) items.push(this.#value(depth));
    return Object.freeze(items);
  }

  #mapOf(length: number, depth: number): Value {
    this.#enter(length * 2, depth);
    const map: { [name: string]: Value } = {};
    let last = '';
    for (let i = 0; i < length; i++) {
      const name = this.text();
      if (i > 0 && compareText(last, name) >= 0) throw malformed('names are not in text order');
      defineField(map, name, this.#value(depth));
      last = name;
    }
    return Object.freeze(map);
  }

  /** Whether the item was the break that ends an indefinite length. */
  #skip(depthLeft: number): boolean {
    if (depthLeft === 0) throw malformed('nested too deep');
    const first = this.#initial();
    const major = first >> 5;
    const info = first & 0x1f;
    if (info === INDEFINITE) return this.#skipIndefinite(major, depthLeft);
    if (info > 27) throw malformed('reserved bits');
    const argument = info < 24 ? info : this.#wide(info);
    if (major === 2 || major === 3) {
      this.#need(argument);
      this.#at += argument;
    } else if (major >= 4 && major <= 6) {
      const items = major === 4 ? argument : major === 5 ? 2 * argument : 1;
      this.#need(items);
      for (let i = 0; i < items; i++) this.#skipInside(depthLeft);
    }
    return false;
  }

  #skipInside(depthLeft: number): void {
    if (this.#skip(depthLeft - 1)) throw malformed('a break out of place');
  }

  #skipIndefinite(major: number, depthLeft: number): boolean {
    if (major === 7) return true;
    if (major < 2 || major === 6) throw malformed('reserved bits');
    while (!this.#skip(depthLeft - 1)) if (major === 5) this.#skipInside(depthLeft);
    return false;
  }

  #enter(items: number, depth: number): void {
    if (depth > this.limits.depthMax) throw malformed('nested too deep');
    this.#need(items);
  }

  #textOf(length: number): string {
    this.#need(length);
    const from = this.#at;
    this.#at += length;
    try {
      return readUtf8(this.#bytes, from, this.#at);
    } catch {
      throw malformed('a text that is not UTF-8');
    }
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    this.#need(length);
    const slice = new Uint8Array(length);
    slice.set(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return slice;
  }

  #takeByte(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #expect(major: number, what: string): number {
    const first = this.#initial();
    if (first >> 5 !== major) throw malformed(`${what} expected`);
    return this.#argument(first);
  }

  #initial(): number {
    const first = this.#bytes[this.#at++];
    if (first === undefined) throw malformed('the input ends early');
    return first;
  }

  /** What stands with an initial byte or behind it, which must be in its shortest form. */
  #argument(first: number): number {
    const info = first & 0x1f;
    if (info < 24) return info;
    if (info < 28) return this.#longArgument(info);
    throw malformed('reserved bits');
  }

  #longArgument(info: number): number {
    const argument = this.#wide(info);
    if (argument < (SHORTEST[info - 24] as number)) throw malformed('not in the shortest form');
    return argument;
  }

  #wide(info: number): number {
    const size = 1 << (info - 24);
    this.#need(size);
    let argument = 0;
    for (const end = this.#at + size; this.#at < end; this.#at++) {
      argument = argument * 256 + (this.#bytes[this.#at] as number);
    }
    return argument;
  }

  #safe(integer: number): number {
    if (!Number.isSafeInteger(integer)) throw malformed('an integer out of range');
    return integer;
  }

  #need(length: number): void {
    if (length > this.#bytes.length - this.#at) throw malformed('the input ends early');
  }
}

const INDEFINITE = 31;
/** Of items that are passed over. */
const SKIP_DEPTH_MAX = 256;
const SHORTEST = [24, 0x100, 0x10000, 0x100000000];
