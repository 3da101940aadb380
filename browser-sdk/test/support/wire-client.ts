import { WebSocket } from 'ws';
import { blockOf, type Entry } from '../../src/block-codec.ts';
import {
  type Ack,
  type Level,
  type Message,
  PROTOCOL_VERSION,
  type ServerMessage,
  type Unknown,
} from '../../src/message.ts';
import { decodeFrame, encodeFrame } from '../../src/message-codec.ts';
import { until } from './until.ts';

/** A client that says what a test wants and nothing else: its own stamps, the same frame again, any position. */
export class WireClient {
  readonly received: (Message | Unknown)[] = [];
  readonly #socket: WebSocket;
  #opId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.received.push(...decodeFrame(new Uint8Array(data as Buffer)));
    });
  }

  /** Connected to the node at this address, and greeted. */
  static async open(url: string): Promise<WireClient> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/sync`, 'topgun.1');
    const client = new WireClient(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    client.send({
      type: 'HELLO',
      minVersion: PROTOCOL_VERSION,
      maxVersion: PROTOCOL_VERSION,
      writer: 'wire',
      token: null,
      clockMs: Date.now(),
      agent: 'test',
    });
    await client.first('WELCOME');
    return client;
  }

  send(...messages: Message[]): void {
    this.#socket.send(encodeFrame(messages));
  }

  of<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.received.filter(
      (message): message is Extract<ServerMessage, { type: T }> => message.type === type,
    );
  }

  /** The first message of a type, awaited. */
  async first<T extends ServerMessage['type']>(
    type: T,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    await until(`a ${type} comes`, () => this.of(type).length > 0);
    return this.of(type)[0] as Extract<ServerMessage, { type: T }>;
  }

  /** Sends operations in one frame and awaits what becomes of them. */
  async write(level: Level, ...entries: Entry[]): Promise<Ack> {
    const acks = this.of('ACK').length;
    const runs = [this.#opId, entries.length];
    this.#opId += entries.length;
    this.send({ type: 'OPS', level, runs, block: blockOf(entries) });
    await until('the acknowledgement comes', () => this.of('ACK').length > acks);
    return this.of('ACK')[acks] as Ack;
  }

  /** Every cell that a new subscriber of a map is sent. */
  async cells(map: string): Promise<Entry[]> {
    const subId = this.of('SYNCED').length;
    this.send({ type: 'SUBSCRIBE', subId, maps: [map], positions: null });
    await until('all is there', () => this.of('SYNCED').length > subId);
    const chunks = this.of('SNAPSHOT').filter((chunk) => chunk.subId === subId);
    this.send({ type: 'UNSUBSCRIBE', subId });
    return chunks.flatMap((chunk) => chunk.block.entries);
  }

  close(): void {
    this.#socket.close();
  }
}
