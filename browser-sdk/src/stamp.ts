/** A hybrid logical clock's reading and who wrote it (PROTOCOL section 2). */
export interface Stamp {
  readonly ms: number;
  readonly counter: number;
  readonly writer: string;
}

/** The one order of all stamps: ms, counter, then the writer by bytes (ASCII, so by code units). */
export function compareStamps(a: Stamp, b: Stamp): number {
  const order = a.ms - b.ms || a.counter - b.counter;
  return order || (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : 0);
}

/** A text that no other stamp has. */
export function nameOf(stamp: Stamp): string {
  return `${stamp.ms} ${stamp.counter} ${stamp.writer}`;
}

const WRITER = /^[0-9a-z]{1,32}$/;

export const MS_MAX: number = 2 ** 48 - 1;
export const COUNTER_MAX = 0xffff;

export function isWriter(text: string): boolean {
  return WRITER.test(text);
}
