import type { Cell } from './cell.ts';
import { join } from './join.ts';
import type { PendingDelta, Replica } from './replica.ts';
import { nameOf } from './stamp.ts';

/** Long enough for the replicas of a partition to bring each other up to date. */
const SHOWN_FOR_MS = 10_000;

interface Shown {
  readonly replica: Replica;
  readonly key: string;
  readonly delta: PendingDelta;
  readonly untilMs: number;
}

/**
 * What an application was shown and the replica that serves it now does not have (yet), as a write may have
 * reached two others of three. It is shown on for a while, so that nobody reads less than before.
 */
export class Receding {
  readonly #writer: string;
  /** The oldest first. */
  readonly #shown: Shown[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(writer: string) {
    this.#writer = writer;
  }

  /** Told before a confirmed cell is replaced by what another replica has. */
  keep(
    replica: Replica,
    key: string,
    cell: Cell | undefined,
    by: Cell | undefined,
    frontierMs: number,
  ): void {
    if (cell === undefined || (by !== undefined && join(by, cell) === by)) return;
    if (cell.kind === 'counter') {
      // To add to less of a share than others have would count nothing there.
      for (const { stamp } of cell.shares) {
        if (stamp.writer === this.#writer) replica.closedShares.add(nameOf(stamp));
      }
    }
    if (mayBeForgotten(cell, frontierMs)) return;
    const delta = { cell };
    replica.addPending(key, delta);
    this.#shown.push({ replica, key, delta, untilMs: performance.now() + SHOWN_FOR_MS });
    this.#timer ??= setTimeout(() => this.#drop(), SHOWN_FOR_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #drop(): void {
    const nowMs = performance.now();
    const left = this.#shown.findIndex(({ untilMs }) => untilMs > nowMs);
    const gone = this.#shown.splice(0, left < 0 ? this.#shown.length : left);
    for (const { replica, key, delta } of gone) replica.removePending(key, delta, false);
    const [next] = this.#shown;
    this.#timer =
      next === undefined ? undefined : setTimeout(() => this.#drop(), next.untilMs - nowMs);
  }
}

/** Whether all of it is so old that a server may have removed and forgotten it. */
function mayBeForgotten(cell: Cell, frontierMs: number): boolean {
  switch (cell.kind) {
    case 'value':
      return cell.ms <= frontierMs;
    case 'fields':
      return [...(cell.stamps ?? []), ...(cell.base === null ? [] : [cell.base.stamp])].every(
        ({ ms }) => ms <= frontierMs,
      );
    case 'or':
      return cell.tags.every(({ stamp, removedMs }) => Math.max(stamp.ms, removedMs) <= frontierMs);
    case 'counter':
      return false;
  }
}
