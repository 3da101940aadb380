import { Addresses } from './addresses.ts';
import type { ConnectionState, WebSocketClass, WebSocketLike } from './api.ts';
import { backOffMs, type ConnectionEvent, type Effect, TABLE } from './connection.ts';
import { TopGunError } from './error.ts';
import type { Limits } from './limits.ts';
import type { Hello, Message, Unknown, Welcome } from './message.ts';
import { decodeFrame, encodeFrame } from './message-codec.ts';

export interface LinkSettings {
  readonly urls: readonly string[];
  readonly WebSocket: WebSocketClass;
  readonly hello: () => Hello;
  readonly limits: () => Limits;
  readonly now: () => number;
}

/** What the link tells its owner. */
export interface LinkListener {
  onState(state: ConnectionState): void;
  /** `roundTripMs` is from HELLO to WELCOME. */
  onLive(welcome: Welcome, roundTripMs: number): void;
  onMessages(messages: readonly (Message | Unknown)[]): void;
  onPong(serverMs: number, roundTripMs: number): void;
  /** What was in flight may or may not have arrived. */
  onUnsend(): void;
  onError(error: TopGunError): void;
}

const ANSWER_WITHIN_MS = 10_000;
/** Of a node that is connected to, while there are others. */
const HOP_AFTER_MS = 3_000;
/** Spreads over the other nodes' time the clients of one that is gone. */
const HOP_JITTER_MS = 100;
const PING_AFTER_MS = 15_000;
/** Of a node that was sent something and has said nothing since. */
const HURRIED_PING_AFTER_MS = 3_000;
const STABLE_AFTER_MS = 10_000;
const SUBPROTOCOL = 'topgun.1';
const REFUSALS: ReadonlyMap<number, 'UNAUTHENTICATED' | 'VERSION'> = new Map([
  [4401, 'UNAUTHENTICATED'],
  [4406, 'VERSION'],
]);

/** The connection's shell: the socket and the timers around the table of `connection.ts`. */
export class Link {
  readonly #settings: LinkSettings;
  readonly #listener: LinkListener;
  #state: ConnectionState = 'closed';
  #socket: WebSocketLike | undefined;
  readonly #addresses: Addresses;
  #attempt = 0;
  #pingId = 0;
  #askedAt = 0;
  /** A PING is sent soon, or was sent, and nothing was heard since. */
  #isHurried = false;
  /** Runs out when an answer is late, a ping is due, or the back-off is over. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stableTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: LinkSettings, listener: LinkListener) {
    this.#settings = settings;
    this.#listener = listener;
    this.#addresses = new Addresses(settings.urls, globalThis.location?.protocol === 'https:');
  }

  get state(): ConnectionState {
    return this.#state;
  }

  dispatch(event: ConnectionEvent): void {
    const transition = TABLE[this.#state][event];
    if (transition === 'ignore') return;
    clearTimeout(this.#timer);
    clearTimeout(this.#stableTimer);
    this.#state = transition.next;
    for (const effect of transition.effects) this.#run(effect);
    this.#listener.onState(transition.next);
  }

  send(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    this.#socket?.send(encodeFrame(messages));
    if (this.#state !== 'live' || this.#isHurried) return;
    this.#isHurried = true;
    this.#pingIn(HURRIED_PING_AFTER_MS);
  }

  #run(effect: Effect): void {
    switch (effect) {
      case 'openSocket':
        this.#openSocket();
        return;
      case 'sendHello':
        this.#askedAt = performance.now();
        this.send([this.#settings.hello()]);
        this.#expectAnswer(this.#connectWithinMs);
        return;
      case 'goLive':
        this.#stableTimer = setTimeout(() => {
          this.#attempt = 0;
          this.#addresses.settle();
        }, STABLE_AFTER_MS);
        this.#heard();
        return;
      case 'dropSocket':
        this.#dropSocket();
        return;
      case 'startBackOff':
        this.#timer = setTimeout(() => this.dispatch('retry'), this.#goOn());
        return;
      case 'unsend':
        this.#listener.onUnsend();
    }
  }

  /** Turns to the next address, and gives when. */
  #goOn(): number {
    if (this.#addresses.next()) return Math.random() * HOP_JITTER_MS;
    const [ignored] = this.#addresses.ignored;
    if (ignored !== undefined) {
      const text = `${ignored} is not tried: a connection with TLS does not go on without`;
      this.#listener.onError(new TopGunError('INVALID_OPTION', text));
    }
    return backOffMs(this.#attempt++, Math.random());
  }

  get #connectWithinMs(): number {
    return this.#addresses.hasUntried ? HOP_AFTER_MS : ANSWER_WITHIN_MS;
  }

  #openSocket(): void {
    const { WebSocket } = this.#settings;
    let socket: WebSocketLike;
    try {
      socket = new WebSocket(this.#addresses.current, SUBPROTOCOL);
    } catch (error) {
      // As a page over TLS that may not open a socket without: one of the other addresses may do.
      this.#listener.onError(new TopGunError('INVALID_OPTION', String(error)));
      this.#timer = setTimeout(() => this.dispatch('lost'));
      return;
    }
    socket.binaryType = 'arraybuffer';
    const ifCurrent =
      <T>(action: (event: T) => void) =>
      (event: T): void => {
        if (socket === this.#socket) action(event);
      };
    socket.addEventListener('open', ifCurrent(() => this.dispatch('opened')) as () => void);
    socket.addEventListener(
      'message',
      ifCurrent((event) => this.#receive(event.data)),
    );
    // A close always follows; without a listener the `ws` package would throw.
    socket.addEventListener('error', () => {});
    socket.addEventListener(
      'close',
      ifCurrent((event) => this.#closed(event.code, event.reason)),
    );
    this.#socket = socket;
    this.#expectAnswer(this.#connectWithinMs);
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(1000);
  }

  #closed(code: number, reason: string): void {
    const refusal = REFUSALS.get(code);
    if (refusal === undefined) {
      this.dispatch('lost');
    } else {
      this.#listener.onError(new TopGunError(refusal, reason || 'the server refused this client'));
      this.dispatch('refused');
    }
  }

  #receive(data: unknown): void {
    if (!(data instanceof ArrayBuffer)) {
      this.dispatch('lost');
      return;
    }
    try {
      this.#handle(decodeFrame(new Uint8Array(data), this.#settings.limits()));
    } catch (error) {
      // Whatever it was, a part of the frame may be merged: only a new subscription brings the rest.
      if (error instanceof TopGunError) this.#listener.onError(error);
      this.dispatch('lost');
      if (!(error instanceof TopGunError)) throw error;
    }
  }

  #handle(messages: readonly (Message | Unknown)[]): void {
    const socket = this.#socket;
    for (const message of messages) {
      if (message.type === 'WELCOME') this.#welcomed(message);
      else if (message.type === 'PING') {
        this.send([{ type: 'PONG', id: message.id, clockMs: Math.round(this.#settings.now()) }]);
      } else if (message.type === 'PONG' && message.id === this.#pingId) {
        this.#listener.onPong(message.clockMs, performance.now() - this.#askedAt);
      } else if (message.type === 'NODES') {
        this.#addresses.tell(message.urls);
      } else if (message.type === 'ERROR' && this.#state === 'greeting')
        this.#refused(message.code);
    }
    if (this.#state !== 'live' || socket !== this.#socket) return;
    this.#heard();
    this.#listener.onMessages(messages);
  }

  #welcomed(welcome: Welcome): void {
    const roundTripMs = performance.now() - this.#askedAt;
    this.dispatch('welcome');
    if (this.#state === 'live') this.#listener.onLive(welcome, roundTripMs);
  }

  #refused(code: string): void {
    if (code !== 'UNAUTHENTICATED' && code !== 'VERSION') return;
    this.#listener.onError(new TopGunError(code, 'the server refused this client'));
    this.dispatch('refused');
  }

  #expectAnswer(withinMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dispatch('lost'), withinMs);
  }

  #heard(): void {
    this.#isHurried = false;
    this.#pingIn(PING_AFTER_MS);
  }

  #pingIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isHurried = true;
      this.#askedAt = performance.now();
      this.send([{ type: 'PING', id: ++this.#pingId }]);
      // Not less: it may be behind much that is on its way.
      this.#expectAnswer(ANSWER_WITHIN_MS);
    }, ms);
  }
}
