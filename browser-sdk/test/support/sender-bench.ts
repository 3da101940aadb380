import { vi } from 'vitest';
import type { Cell } from '../../src/cell.ts';
import { HybridClock } from '../../src/clock.ts';
import type { WireCode } from '../../src/error.ts';
import { FOREVER } from '../../src/life.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';
import type { Level } from '../../src/message.ts';
import { Sender } from '../../src/sender.ts';
import type { Stamp } from '../../src/stamp.ts';
import type { Store } from '../../src/store.ts';
import type { Value } from '../../src/value.ts';
import { valueCell } from '../../src/value-cell.ts';
import { idsOf } from './ids.ts';

export const NOW = 1_800_000_000_000;

export interface Sent {
  readonly id: number;
  readonly key: string;
  readonly cell: Cell;
}

/** A sender on a store, and what it has sent. */
export class Bench {
  wallMs: number = NOW;
  readonly clock: HybridClock = new HybridClock(() => this.wallMs, 'me');
  readonly sent: Sent[] = [];
  frames = 0;
  readonly settled: number[] = [];
  readonly rejected: string[] = [];
  limits: Limits = DEFAULT_LIMITS;
  readonly sender: Sender;

  constructor(store: Store, ack?: Level) {
    this.sender = new Sender({
      writer: 'me',
      clock: this.clock,
      store: Promise.resolve(store),
      ack,
      limits: () => this.limits,
      replicaOf: () => undefined,
      send: (messages) => {
        for (const message of messages) {
          if (message.type !== 'OPS') continue;
          this.frames++;
          const ids = [...idsOf(message.runs)];
          message.block.entries.forEach(({ key, cell }, i) => {
            this.sent.push({ id: ids[i] as number, key, cell });
          });
        }
      },
      settled: (op) => this.settled.push(op.id),
      rejected: ({ item, rejection }) => this.rejected.push(`${item.key} ${rejection.code}`),
      changed: () => {},
    });
  }

  get sentKeys(): string[] {
    return this.sent.map(({ key }) => key);
  }

  write(key: string, value: Value = 1): void {
    const stamp = this.clock.next();
    this.submit(key, valueCell(stamp, value, FOREVER), stamp);
  }

  submit(key: string, cell: Cell, stamp: Stamp): void {
    const id = this.sender.nextId();
    this.sender.submit({ id, map: 'm', key, cell, stamp, by: 0 });
  }

  accept(level: Level): void {
    const runs = this.sent.splice(0).flatMap(({ id }) => [id, 1]);
    this.sender.onAck({ type: 'ACK', level, runs, rejections: [], serverMs: this.wallMs });
  }

  refuse(code: WireCode, serverMs: number): void {
    const opId = this.sent.at(-1)?.id as number;
    const rejections = [{ opId, code, text: '' }];
    this.sender.onAck({ type: 'ACK', level: 2, runs: [], rejections, serverMs });
  }

  /** Refuses everything sent, and lets it be sent again. */
  async refuseSent(code: WireCode, serverMs: number): Promise<void> {
    const rejections = this.sent.splice(0).map(({ id }) => ({ opId: id, code, text: '' }));
    this.sender.onAck({ type: 'ACK', level: 2, runs: [], rejections, serverMs });
    await vi.advanceTimersByTimeAsync(60_000);
  }

  async live(
    serverMs: number = this.wallMs,
    highestLevel: Level = 2,
    defaultLevel: Level = 2,
  ): Promise<void> {
    this.clock.correct(serverMs, 0);
    this.sender.goLive({ defaultLevel, highestLevel, serverMs });
    await settle();
  }
}

/** Lets what needs no timer happen. */
export async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

/** The tag that each operation sent adds or removes. */
export function tagsOf(bench: Bench): (Stamp | undefined)[] {
  return bench.sent.map(({ cell }) => (cell.kind === 'or' ? cell.tags[0]?.stamp : undefined));
}
