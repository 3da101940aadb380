import { CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import {
  block,
  boolean,
  bytes,
  code,
  depth,
  type Element,
  level,
  limits,
  list,
  map,
  nullable,
  partition,
  runs,
  storeId,
  text,
  tuple,
  uint,
} from './elements.ts';
import { TopGunError } from './error.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { Message, OpRejection, PositionGroup, Unknown } from './message.ts';

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
