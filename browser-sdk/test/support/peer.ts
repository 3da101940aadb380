import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { blockOf, type Entry } from '../../src/block-codec.ts';
import type { WireCode } from '../../src/error.ts';
import {
  type Ack,
  type Message,
  type Ops,
  PROTOCOL_VERSION,
  type ServerMessage,
  type Unknown,
  type Welcome,
} from '../../src/message.ts';
import { decodeFrame, encodeFrame } from '../../src/message-codec.ts';
import { partitionOf } from '../../src/partition.ts';

/** What the peer answers to a message; an empty list answers nothing. */
export type Script = (message: Message | Unknown, peer: Peer) => readonly ServerMessage[] | null;

/**
 * The other end of the wire under a test's control, for answers that a node gives only under rare
 * conditions. It greets and acknowledges; a script can take any message out of its hands.
 */
export class Peer {
  readonly name: string;
  readonly url: string;
  readonly received: (Message | Unknown)[] = [];
  readonly #server: WebSocketServer;
  #socket: WebSocket | undefined;
  script: Script = () => null;
  serverMs: () => number = Date.now;

  private constructor(server: WebSocketServer, name: string) {
    this.name = name;
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sync`;
    server.on('connection', (socket) => {
      this.#socket = socket;
      socket.on('message', (data) => {
        for (const message of decodeFrame(new Uint8Array(data as Buffer))) {
          this.received.push(message);
          this.send(...(this.script(message, this) ?? this.#answer(message)));
        }
      });
    });
  }

  static async start(name = 'peer'): Promise<Peer> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    return new Peer(server, name);
  }

  of<T extends Message['type']>(type: T): Extract<Message, { type: T }>[] {
    return this.received.filter(
      (message): message is Extract<Message, { type: T }> => message.type === type,
    );
  }

  /** Every operation received so far. */
  get operations(): Entry[] {
    return this.of('OPS').flatMap((ops) => ops.block.entries);
  }

  send(...messages: ServerMessage[]): void {
    if (messages.length > 0) this.#socket?.send(encodeFrame(messages));
  }

  drop(): void {
    this.#socket?.terminate();
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(message: Message | Unknown): readonly ServerMessage[] {
    switch (message.type) {
      case 'HELLO':
        return [this.welcome()];
      case 'SUBSCRIBE':
        return [STORE, { type: 'SYNCED', subId: message.subId }];
      case 'OPS':
        return [this.ack(message)];
      case 'PING':
        return [{ type: 'PONG', id: message.id, clockMs: this.serverMs() }];
      default:
        return [];
    }
  }

  welcome(): Welcome {
    return {
      type: 'WELCOME',
      version: PROTOCOL_VERSION,
      serverMs: this.serverMs(),
      nodeId: this.name,
      partitions: 271,
      defaultLevel: 2,
      highestLevel: 2,
      limits: {},
    };
  }

  ack(ops: Ops): Ack {
    return { type: 'ACK', level: 2, runs: ops.runs, rejections: [], serverMs: this.serverMs() };
  }

  /** Refuses the first of some operations. */
  refuse(ops: Ops, code: WireCode, text = ''): ServerMessage {
    const rejections = [{ opId: ops.runs[0] ?? 0, code, text }];
    return { type: 'ACK', level: 2, runs: [], rejections, serverMs: this.serverMs() };
  }

  /** A live change, as another client's write would cause. */
  change(seq: number, entry: Entry): void {
    const block = blockOf([entry]);
    this.send({ type: 'DELTA', partition: partitionOf(entry.key), ref: 0, seq, block });
  }
}

export const STORE: ServerMessage = {
  type: 'STORE',
  ref: 0,
  storeId: '00000000000000a1',
  incarnation: 1,
};
