import { type Block, readBlock, writeBlock } from './block-codec.ts';
import type { CborReader } from './cbor-reader.ts';
import type { CborWriter } from './cbor-writer.ts';
import { DIGEST_BYTES } from './digest.ts';
import { isWireCode, malformed, type WireCode } from './error.ts';
import { isMapName } from './limits.ts';
import type { Level, Prefixes } from './message.ts';
import { PARTITIONS } from './partition.ts';
import { MS_MAX } from './stamp.ts';

/* What messages are made of. */

const DEPTH_MAX = 4;
const LIMIT_MAX = 2 ** 31 - 1;

/** How one element of a message is written and read. */
export interface Element<T> {
  readonly write: (writer: CborWriter, value: T) => void;
  readonly read: (reader: CborReader) => T;
  /** It may be left out at the end of a message. */
  readonly isOptional?: true;
}

export const uint: Element<number> = {
  write: (writer, value) => writer.integer(value),
  read: (reader) => reader.unsigned(),
};

export const text: Element<string> = {
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
};

/** A number that is at most something, as a partition or a depth. */
function atMost(max: number): Element<number> {
  return {
    write: uint.write,
    read: (reader) => {
      const value = reader.unsigned();
      if (value > max) throw malformed(`more than ${max}`);
      return value;
    },
  };
}

/** At least one byte of a digest, at most the whole. */
export const width: Element<number> = {
  write: uint.write,
  read: (reader) => {
    const value = reader.unsigned();
    if (value < 1 || value > DIGEST_BYTES) throw malformed('a width out of range');
    return value;
  },
};

/** A point in time, ms since 1970. */
export const time: Element<number> = atMost(MS_MAX);

export const partition: Element<number> = atMost(PARTITIONS - 1);
export const depth: Element<number> = atMost(DEPTH_MAX);

export const map: Element<string> = {
  write: text.write,
  read: (reader) => {
    const name = reader.text();
    if (!isMapName(name, reader.limits)) throw malformed('a name that no map has');
    return name;
  },
};

export const code: Element<WireCode> = {
  write: text.write,
  read: (reader) => {
    const name = reader.text();
    return isWireCode(name) ? name : 'REFUSED';
  },
};

/** first, count, first, count, … */
export const runs: Element<readonly number[]> = {
  write: (writer, value) => list(uint).write(writer, value),
  read: (reader) => {
    const value = list(uint).read(reader);
    if (value.length % 2 !== 0) throw malformed('an array of a wrong length');
    for (let i = 0; i < value.length; i += 2) {
      const [first = 0, count = 0] = value.slice(i, i + 2);
      if (count === 0 || count - 1 > Number.MAX_SAFE_INTEGER - first)
        throw malformed('an integer out of range');
    }
    return value;
  },
};

/** bucket, prefixes, bucket, prefixes, … */
export const prefixes: Element<readonly Prefixes[]> = {
  write: (writer, value) => {
    writer.array(2 * value.length);
    for (const it of value) {
      writer.integer(it.bucket);
      writer.bytes(it.prefixes);
    }
  },
  read: (reader) => {
    const length = reader.array();
    if (length % 2 !== 0) throw malformed('an array of a wrong length');
    const value: Prefixes[] = [];
    for (let i = 0; i < length; i += 2) {
      value.push({ bucket: reader.unsigned(), prefixes: reader.bytes() });
    }
    return value;
  },
};

export const boolean: Element<boolean> = {
  write: (writer, value) => writer.boolean(value),
  read: (reader) => reader.boolean(),
};

export const bytes: Element<Uint8Array> = {
  write: (writer, value) => writer.bytes(value),
  read: (reader) => reader.bytes(),
};

export const level: Element<Level> = {
  write: (writer, value) => writer.integer(value),
  read: (reader) => {
    const value = reader.unsigned();
    if (value === 1 || value === 2 || value === 3) return value;
    throw malformed('an unknown level');
  },
};

/** A store's 8 bytes, as 16 hexadecimal digits. */
export const storeId: Element<string> = {
  write: (writer, value) =>
    writer.bytes(
      Uint8Array.from({ length: 8 }, (_, i) => Number.parseInt(value.slice(2 * i, 2 * i + 2), 16)),
    ),
  read: (reader) => {
    const id = reader.bytes();
    if (id.length !== 8) throw malformed('bytes of a wrong length');
    return Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
  },
};

export const block: Element<Block> = { write: writeBlock, read: (reader) => readBlock(reader) };

/** One whose cells are not read before somebody asks for them. */
export const lazyBlock: Element<Block> = {
  write: writeBlock,
  read: (reader) => readBlock(reader, true),
};

export const limits: Element<{ readonly [name: string]: number }> = {
  write: (writer, value) => writer.value(value),
  read: (reader) => {
    const value = reader.value();
    if (isNumbers(value)) return value;
    throw malformed('limits expected');
  },
};

function isNumbers(value: unknown): value is { readonly [name: string]: number } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (item) => Number.isSafeInteger(item) && item >= 1 && item <= LIMIT_MAX,
  );
}

export function optional<T>(element: Element<T>): Element<T | undefined> {
  return {
    write: (writer, value) => {
      if (value !== undefined) element.write(writer, value);
    },
    read: element.read,
    isOptional: true,
  };
}

export function nullable<T>(element: Element<T>): Element<T | null> {
  return {
    write: (writer, value) => (value === null ? writer.null() : element.write(writer, value)),
    read: (reader) => (reader.takeNull() ? null : element.read(reader)),
  };
}

export function list<T>(element: Element<T>): Element<readonly T[]> {
  return {
    write: (writer, value) => {
      writer.array(value.length);
      for (const item of value) element.write(writer, item);
    },
    read: (reader) => {
      const items: T[] = [];
      const length = reader.array();
      for (let i = 0; i < length; i++) items.push(element.read(reader));
      return items;
    },
  };
}

/** An object as an array of a fixed length. */
export function tuple<T extends object>(
  elements: {
    readonly [K in keyof T]-?: Element<T[K]>;
  },
): Element<T> {
  const all = Object.entries(elements) as [keyof T, Element<unknown>][];
  return {
    write: (writer, value) => {
      writer.array(all.length);
      for (const [name, element] of all) element.write(writer, value[name]);
    },
    read: (reader) => {
      if (reader.array() !== all.length) throw malformed('an array of a wrong length');
      return Object.fromEntries(all.map(([name, element]) => [name, element.read(reader)])) as T;
    },
  };
}
