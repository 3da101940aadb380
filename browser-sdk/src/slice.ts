import type { Cell } from './cell.ts';
import { CellTable } from './cell-table.ts';
import type { Position } from './store.ts';

/** One partition of one map: what the server has confirmed, and how far. */
export class Slice {
  readonly cells: CellTable = new CellTable();
  position: Position | null = null;
  /** Everything behind the position has come on this connection, so deltas may move it. */
  isCaughtUp = false;
  /** Who must know of changes that come while this partition is repaired. */
  observer: ((key: string, cell: Cell) => void) | null = null;
}
