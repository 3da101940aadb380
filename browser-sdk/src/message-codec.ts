import { CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import { comparePrefixes, DIGEST_BYTES } from './digest.ts';
import {
  block,
  boolean,
  bytes,
  code,
  depth,
  type Element,
  lazyBlock,
  level,
  limits,
  list,
  map,
  nullable,
  optional,
  partition,
  prefixes,
  runs,
  storeId,
  text,
  time,
  tuple,
  uint,
  width,
} from './elements.ts';
import { malformed, TopGunError } from './error.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { Message, OpRejection, PositionGroup, Prefixes, Unknown } from './message.ts';

type Elements<M extends Message> = {
  readonly [K in Exclude<keyof M, 'type'>]-?: Element<M[K]>;
};

/** The type's number and its elements, which are in the order of the wire. */
type Schema<M extends Message> = readonly [id: number, Elements<M>];

type Schemas = {
  readonly [T in Message['type']]: Schema<Extract<Message, { type: T }>>;
};

const rejection = tuple<OpRejection>({ opId: uint, code, text });
const position = tuple<PositionGroup>({ storeId, incarnation: uint, seqs: list(uint) });

const SCHEMAS: Schemas = {
  HELLO: [
    1,
    {
      minVersion: uint,
      maxVersion: uint,
      writer: text,
      token: nullable(text),
      clockMs: time,
      agent: text,
    },
  ],
  OPS: [2, { level, runs, block }],
  SUBSCRIBE: [3, { subId: uint, maps: list(text), positions: nullable(list(position)) }],
  UNSUBSCRIBE: [4, { subId: uint }],
  FETCH: [
    5,
    {
      subId: uint,
      map,
      partition,
      depth,
      buckets: list(uint),
      width: optional(width),
    },
  ],
  PING: [6, { id: uint }],
  PONG: [7, { id: uint, clockMs: time }],
  PICK: [8, { subId: uint, map, partition, depth, width, prefixes }],
  WELCOME: [
    16,
    {
      version: uint,
      serverMs: time,
      nodeId: text,
      partitions: uint,
      defaultLevel: level,
      highestLevel: level,
      limits,
    },
  ],
  STORE: [17, { ref: uint, storeId, incarnation: uint }],
  ACK: [18, { level, runs, rejections: list(rejection), serverMs: time }],
  SNAPSHOT: [
    19,
    {
      subId: uint,
      partition,
      ref: uint,
      seq: uint,
      more: boolean,
      block: lazyBlock,
      frontierMs: optional(time),
    },
  ],
  SYNCED: [20, { subId: uint }],
  DELTA: [21, { partition, ref: uint, seq: uint, block }],
  DIGEST: [
    22,
    {
      subId: uint,
      map,
      partition,
      ref: uint,
      seq: uint,
      depth,
      digests: bytes,
      frontierMs: optional(time),
    },
  ],
  BUCKETS: [
    23,
    {
      subId: uint,
      map,
      partition,
      depth,
      buckets: list(uint),
      block,
    },
  ],
  ERROR: [24, { code, text, about: nullable(uint) }],
  FRONTIER: [25, { partition, ref: uint, seq: uint, frontierMs: time }],
  KEYS: [26, { subId: uint, map, partition, depth, width, prefixes }],
  CELLS: [27, { subId: uint, map, partition, depth, width, prefixes, block }],
  NODES: [28, { urls: list(text) }],
};

interface AnySchema {
  readonly id: number;
  readonly type: string;
  readonly elements: readonly (readonly [string, Element<unknown>])[];
  /** How many of them are not optional; those come first. */
  readonly required: number;
}

const ALL: readonly AnySchema[] = Object.entries(SCHEMAS).map(([type, [id, all]]) => {
  const elements = Object.entries(all) as [string, Element<unknown>][];
  const required = elements.filter(([, element]) => element.isOptional !== true).length;
  return { id, type, elements, required };
});
const BY_TYPE: ReadonlyMap<string, AnySchema> = new Map(ALL.map((it) => [it.type, it]));
const BY_ID: ReadonlyMap<number, AnySchema> = new Map(ALL.map((it) => [it.id, it]));

/** One frame: the messages one behind the other. */
export function encodeFrame(messages: readonly Message[]): Uint8Array<ArrayBuffer> {
  const writer = new CborWriter();
  for (const message of messages) {
    const schema = BY_TYPE.get(message.type) as AnySchema;
    const values = message as unknown as { readonly [name: string]: unknown };
    const elements = schema.elements.filter(([name]) => values[name] !== undefined);
    writer.array(1 + elements.length);
    writer.integer(schema.id);
    for (const [name, element] of elements) element.write(writer, values[name]);
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
  const typeId = reader.integer();
  const schema = BY_ID.get(typeId);
  if (length < 1 + (schema?.required ?? 0)) throw malformed('an array of a wrong length');
  const message: { [name: string]: unknown } = { type: schema?.type ?? 'UNKNOWN' };
  if (schema === undefined) message.typeId = typeId;
  const elements = schema?.elements.slice(0, length - 1) ?? [];
  for (const [name, element] of elements) message[name] = element.read(reader);
  checkBuckets(message as unknown as WithBuckets);
  for (let i = 1 + elements.length; i < length; i++) reader.skip();
  return message as unknown as Message | Unknown;
}

interface WithBuckets {
  readonly depth?: number;
  readonly width?: number;
  readonly digests?: Uint8Array;
  readonly buckets?: readonly number[];
  readonly prefixes?: readonly Prefixes[];
}

/** What only several elements together can break. */
function checkBuckets(message: WithBuckets): void {
  const { depth = 0, width = 0, digests, buckets = [], prefixes = [] } = message;
  const count = 16 ** depth;
  if (digests !== undefined && (digests.length % count !== 0 || !isWidth(digests.length / count))) {
    throw malformed('bytes of a wrong length');
  }
  for (const bucket of [...buckets, ...prefixes.map((it) => it.bucket)]) {
    if (bucket >= count) throw malformed('a bucket out of range');
  }
  for (const it of prefixes) checkPrefixes(it.prefixes, width);
}

function isWidth(bytes: number): boolean {
  return bytes >= 1 && bytes <= DIGEST_BYTES;
}

function checkPrefixes(prefixes: Uint8Array, width: number): void {
  if (prefixes.length % width !== 0) throw malformed('bytes of a wrong length');
  for (let at = width; at < prefixes.length; at += width) {
    if (comparePrefixes(prefixes, at - width, prefixes, at, width) > 0) {
      throw malformed('prefixes out of order');
    }
  }
}
