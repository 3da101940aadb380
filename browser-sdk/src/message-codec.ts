import { readBlock, writeBlock } from './block-codec.ts';
import { CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import { isWireCode, TopGunError, type WireCode } from './error.ts';
import { DEFAULT_LIMITS, isMapName, type Limits } from './limits.ts';
import type { Level, Message, OpRejection, PositionGroup, Unknown } from './message.ts';
import { PARTITIONS } from './partition.ts';

const DEPTH_MAX = 4;

/** How one element of a message is written and read. */
interface Element<T> {
  readonly write: (writer: CborWriter, value: T) => void;
  readonly read: (reader: CborReader) => T;
}

type Elements<M extends Message> = {
  readonly [K in Exclude<keyof M, 'type'>]-?: Element<M[K]>;
};

/** The type's number and its elements, which are in the order of the wire. */
interface Schema<M extends Message> {
  readonly id: number;
  readonly elements: Elements<M>;
}

type Schemas = {
  readonly [T in Message['type']]: Schema<Extract<Message, { type: T }>>;
};

const uint: Element<number> = {
  write: (writer, value) => writer.integer(value),
  read: (reader) => reader.unsigned(),
};

const text: Element<string> = {
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

const partition = atMost(PARTITIONS - 1);
const depth = atMost(DEPTH_MAX);

const map: Element<string> = {
  write: text.write,
  read: (reader) => {
    const name = reader.text();
    if (!isMapName(name, reader.limits)) throw malformed('a name that no map has');
    return name;
  },
};

const code: Element<WireCode> = {
  write: text.write,
  read: (reader) => {
    const name = reader.text();
    if (!isWireCode(name)) throw malformed('a code that is none');
    return name;
  },
};

/** first, count, first, count, … */
const runs: Element<readonly number[]> = {
  write: (writer, value) => list(uint).write(writer, value),
  read: (reader) => {
    const value = list(uint).read(reader);
    if (value.length % 2 !== 0) throw malformed('a run without a count');
    for (let i = 0; i < value.length; i += 2) {
      const [first = 0, count = 0] = value.slice(i, i + 2);
      if (count === 0 || count - 1 > Number.MAX_SAFE_INTEGER - first)
        throw malformed('a run out of range');
    }
    return value;
  },
};

const boolean: Element<boolean> = {
  write: (writer, value) => writer.boolean(value),
  read: (reader) => reader.boolean(),
};

const bytes: Element<Uint8Array> = {
  write: (writer, value) => writer.bytes(value),
  read: (reader) => reader.bytes(),
};

const level: Element<Level> = {
  write: (writer, value) => writer.integer(value),
  read: (reader) => {
    const value = reader.unsigned();
    if (value === 1 || value === 2 || value === 3) return value;
    throw malformed('an unknown level');
  },
};

/** A store's 8 bytes, as 16 hexadecimal digits. */
const storeId: Element<string> = {
  write: (writer, value) =>
    writer.bytes(
      Uint8Array.from({ length: 8 }, (_, i) => Number.parseInt(value.slice(2 * i, 2 * i + 2), 16)),
    ),
  read: (reader) => {
    const id = reader.bytes();
    if (id.length !== 8) throw malformed('a store id of a wrong length');
    return Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
  },
};

const block = { write: writeBlock, read: readBlock };

const limits: Element<{ readonly [name: string]: number }> = {
  write: (writer, value) => writer.value(value),
  read: (reader) => {
    const value = reader.value();
    if (isNumbers(value)) return value;
    throw malformed('limits expected');
  },
};

function isNumbers(value: unknown): value is { readonly [name: string]: number } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'number');
}

function nullable<T>(element: Element<T>): Element<T | null> {
  return {
    write: (writer, value) => (value === null ? writer.null() : element.write(writer, value)),
    read: (reader) => (reader.takeNull() ? null : element.read(reader)),
  };
}

function list<T>(element: Element<T>): Element<readonly T[]> {
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
function tuple<T extends object>(
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

const rejection = tuple<OpRejection>({ opId: uint, code, text });
const position = tuple<PositionGroup>({ storeId, incarnation: uint, seqs: list(uint) });

const SCHEMAS: Schemas = {
  HELLO: {
    id: 1,
    elements: {
      minVersion: uint,
      maxVersion: uint,
      writer: text,
      token: nullable(text),
      clockMs: uint,
      agent: text,
    },
  },
  OPS: { id: 2, elements: { level, runs, block } },
  SUBSCRIBE: {
    id: 3,
    elements: { subId: uint, maps: list(text), positions: nullable(list(position)) },
  },
  UNSUBSCRIBE: { id: 4, elements: { subId: uint } },
  FETCH: {
    id: 5,
    elements: { subId: uint, map, partition, depth, buckets: list(uint) },
  },
  PING: { id: 6, elements: { id: uint } },
  PONG: { id: 7, elements: { id: uint, clockMs: uint } },
  WELCOME: {
    id: 16,
    elements: {
      version: uint,
      serverMs: uint,
      nodeId: text,
      partitions: uint,
      defaultLevel: level,
      highestLevel: level,
      limits,
    },
  },
  STORE: { id: 17, elements: { ref: uint, storeId, incarnation: uint } },
  ACK: {
    id: 18,
    elements: { level, runs, rejections: list(rejection), serverMs: uint },
  },
  SNAPSHOT: {
    id: 19,
    elements: { subId: uint, partition, ref: uint, seq: uint, more: boolean, block },
  },
  SYNCED: { id: 20, elements: { subId: uint } },
  DELTA: { id: 21, elements: { partition, ref: uint, seq: uint, block } },
  DIGEST: {
    id: 22,
    elements: {
      subId: uint,
      map,
      partition,
      ref: uint,
      seq: uint,
      depth,
      digests: bytes,
    },
  },
  BUCKETS: {
    id: 23,
    elements: {
      subId: uint,
      map,
      partition,
      depth,
      buckets: list(uint),
      block,
    },
  },
  ERROR: { id: 24, elements: { code, text, about: nullable(uint) } },
};

interface AnySchema {
  readonly id: number;
  readonly type: string;
  readonly elements: readonly (readonly [string, Element<unknown>])[];
}

const ALL: readonly AnySchema[] = Object.entries(SCHEMAS).map(([type, schema]) => ({
  id: schema.id,
  type,
  elements: Object.entries(schema.elements) as [string, Element<unknown>][],
}));
const BY_TYPE: ReadonlyMap<string, AnySchema> = new Map(ALL.map((it) => [it.type, it]));
const BY_ID: ReadonlyMap<number, AnySchema> = new Map(ALL.map((it) => [it.id, it]));

/** One frame: the messages one behind the other. */
export function encodeFrame(messages: readonly Message[]): Uint8Array<ArrayBuffer> {
  const writer = new CborWriter(1024);
  for (const message of messages) {
    const schema = BY_TYPE.get(message.type) as AnySchema;
    writer.array(1 + schema.elements.length);
    writer.integer(schema.id);
    const values = message as unknown as { readonly [name: string]: unknown };
    for (const [name, element] of schema.elements) element.write(writer, values[name]);
  }
  return writer.finish();
}

/** The messages of a frame. Elements behind those that are known are skipped. */
export function decodeFrame(
  frame: Uint8Array,
  limits: Limits = DEFAULT_LIMITS,
): (Message | Unknown)[] {
  const reader = new CborReader(frame, limits);
  const messages: (Message | Unknown)[] = [];
  try {
    do {
      messages.push(decodeMessage(reader));
    } while (!reader.atEnd);
  } catch (error) {
    throw error instanceof TopGunError ? malformed(error.message) : error;
  }
  return messages;
}

function decodeMessage(reader: CborReader): Message | Unknown {
  const length = reader.array();
  const typeId = reader.unsigned();
  const schema = BY_ID.get(typeId);
  const known = 1 + (schema?.elements.length ?? 0);
  if (length < known) throw malformed('a message that is too short');
  const message: { [name: string]: unknown } = { type: schema?.type ?? 'UNKNOWN' };
  if (schema === undefined) message.typeId = typeId;
  else for (const [name, element] of schema.elements) message[name] = element.read(reader);
  checkBuckets(message);
  for (let i = known; i < length; i++) reader.skip();
  return message as unknown as Message | Unknown;
}

/** What only several elements together can break. */
function checkBuckets(message: { readonly [name: string]: unknown }): void {
  const count = 16 ** Number(message.depth ?? 0);
  const { digests, buckets } = message;
  if (digests instanceof Uint8Array && digests.length !== 8 * count) {
    throw malformed('not as many digests as the depth has buckets');
  }
  if (Array.isArray(buckets) && buckets.some((bucket) => bucket >= count)) {
    throw malformed('a bucket that the depth does not have');
  }
}

function malformed(reason: string): TopGunError {
  return new TopGunError('MALFORMED', reason);
}
