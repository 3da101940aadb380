import type { CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import type { Cell } from './cell.ts';
import { readEntry, readFields } from './cell-reader.ts';
import { groupFields, type Refs, writeCell } from './cell-writer.ts';
import { malformed } from './error.ts';
import { stampOfField } from './fields-cell.ts';
import { isMapName } from './limits.ts';
import { type ReadRefs, readRefs, refuseWriter } from './read-refs.ts';
import { isWriter, MS_MAX, type Stamp } from './stamp.ts';

/** A cell and where it belongs. */
export interface Entry {
  readonly map: string;
  readonly key: string;
  readonly cell: Cell;
}

/** The cells of a message, and the greatest stamp among them. */
export interface Block {
  readonly entries: readonly Entry[];
  readonly newestMs: number;
  readonly newestCounter: number;
}

/** A block to be sent, whose newest stamp nobody asks for. */
export function blockOf(entries: readonly Entry[]): Block {
  return { entries, newestMs: 0, newestCounter: 0 };
}

/** Writes `[writers, names, baseMs, map, [cell…], …]`, the tables in the order of first use. */
export function writeBlock(writer: CborWriter, block: Block): void {
  const tables = new Tables();
  for (const entry of block.entries) tables.add(entry.cell);
  const runs = runsOf(block.entries);
  writer.array(3 + 2 * runs.length);
  writeTable(writer, tables.writers);
  writeTable(writer, tables.names);
  writer.integer(tables.baseMs);
  for (const run of runs) {
    writer.text((run[0] as Entry).map);
    writer.array(run.length);
    for (const entry of run) writeCell(writer, entry.key, entry.cell, tables);
  }
}

function runsOf(entries: readonly Entry[]): Entry[][] {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run?.[0]?.map === entry.map) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function writeTable(writer: CborWriter, table: ReadonlyMap<string, number>): void {
  writer.array(table.size);
  for (const text of table.keys()) writer.text(text);
}

class Tables implements Refs {
  readonly writers: Map<string, number> = new Map();
  readonly names: Map<string, number> = new Map();
  #leastMs = Infinity;

  get baseMs(): number {
    return this.#leastMs === Infinity ? 0 : this.#leastMs;
  }

  add(cell: Cell): void {
    switch (cell.kind) {
      case 'value':
        this.#stamp(cell);
        return;
      case 'fields': {
        const { own, groups } = groupFields(cell);
        if (cell.base !== null) this.#stamp(cell.base.stamp);
        for (const index of own) this.#name(cell.names[index] as string);
        for (const group of groups) {
          this.#stamp(stampOfField(cell, group[0] as number));
          for (const index of group) this.#name(cell.names[index] as string);
        }
        return;
      }
      case 'or':
        for (const tag of cell.tags) this.#stamp(tag.stamp);
        return;
      case 'counter':
        if (cell.folded !== null) this.#ms(cell.folded.ms);
        for (const share of cell.shares) this.#stamp(share.stamp);
    }
  }

  writer(writer: CborWriter, text: string): void {
    writer.integer(this.writers.get(text) as number);
  }

  name(writer: CborWriter, text: string): void {
    writer.integer(this.names.get(text) as number);
  }

  #stamp(stamp: Stamp): void {
    if (!this.writers.has(stamp.writer)) this.writers.set(stamp.writer, this.writers.size);
    this.#ms(stamp.ms);
  }

  #ms(ms: number): void {
    this.#leastMs = Math.min(this.#leastMs, ms);
  }

  #name(name: string): void {
    if (!this.names.has(name)) this.names.set(name, this.names.size);
  }
}

/** `isLazy`: cells may be left in their bytes, which are kept then. */
export function readBlock(reader: CborReader, isLazy = false): Block {
  const length = reader.array();
  if (length < 3 || length % 2 === 0) throw malformed('an array of a wrong length');
  const refs = readTables(reader);
  if (isLazy) {
    refs.readAt = (at) => {
      refs.readAt = undefined;
      reader.seek(at);
      return readFields(reader, 1, refs);
    };
  }
  const entries: Entry[] = [];
  for (let i = 3; i < length; i += 2) {
    const map = reader.text();
    if (!isMapName(map, reader.limits)) throw malformed('a name that no map has');
    const count = reader.array();
    for (let j = 0; j < count; j++) {
      entries.push(readEntry(reader, map, refs));
    }
  }
  return { entries, newestMs: refs.newestMs, newestCounter: refs.newestCounter };
}

function readTables(reader: CborReader): ReadRefs {
  const writers = readTable(reader);
  const names = readTable(reader);
  const baseMs = reader.unsigned();
  if (baseMs > MS_MAX) throw malformed('a time out of range');
  const areWriters = writers.map(isWriter);
  return readRefs(
    baseMs,
    names.slice(0, 24),
    (from) => {
      const index = from.unsigned();
      const text = at(writers, index);
      return areWriters[index] ? text : refuseWriter();
    },
    (from) => at(names, from.unsigned()),
  );
}

function readTable(reader: CborReader): readonly string[] {
  const table: string[] = [];
  for (let left = reader.array(); left > 0; left--) table.push(reader.text());
  return table;
}

function at(table: readonly string[], index: number): string {
  const text = table[index];
  if (text === undefined) throw malformed('an integer out of range');
  return text;
}

export function encodeBlock(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const writer = new CborWriter();
  writeBlock(writer, blockOf(entries));
  return writer.finish();
}
