/**
 * Orders rows by text, fast enough for a frame: the first letters of each text and its row's number are
 * packed into one double, the doubles are sorted natively, and only runs of equal letters are compared.
 */

export type Compare = (a: number, b: number) => number;

const CLASS_BITS = 5;
const SPACE = 0x20;
const A = 0x61;
const Z = 0x7a;

/**
 * 0 behind the end, 1 below a space, 2 a space, 3 below `a`, 4 to 29 a letter, 30 above `z`. Classes 1, 3 and 30
 * hold many characters, so nothing behind them may count.
 */
function classOf(unit: number): number {
  if (unit >= A && unit <= Z) return unit - A + 4;
  if (unit === SPACE) return 2;
  return unit < SPACE ? 1 : unit < A ? 3 : 30;
}

function pack(text: string, letters: number): number {
  let packed = 0;
  let open = true;
  for (let at = 0; at < letters; at++) {
    let letter = 0;
    if (open && at < text.length) {
      letter = classOf(text.charCodeAt(at));
      open = letter !== 1 && letter !== 3 && letter !== 30;
    }
    packed = packed * (1 << CLASS_BITS) + letter;
  }
  return packed;
}

/** Sorts row numbers in place. `compare` must agree with the code-unit order of the texts. */
export function sortRows(rows: Int32Array, texts: readonly string[], compare: Compare): void {
  const numberBits = Math.max(1, Math.ceil(Math.log2(rows.length)));
  const letters = Math.floor((53 - numberBits) / CLASS_BITS);
  const scale = 2 ** numberBits;
  const packed = new Float64Array(rows.length);
  rows.forEach((row, at) => {
    packed[at] = pack(texts[row] ?? '', letters) * scale + at;
  });
  packed.sort();
  const unsorted = rows.slice();
  let runStart = 0;
  let runPrefix = -1;
  for (let at = 0; at < packed.length; at++) {
    const prefix = Math.floor((packed[at] as number) / scale);
    rows[at] = unsorted[(packed[at] as number) - prefix * scale] as number;
    if (prefix === runPrefix) continue;
    if (at - runStart > 1) rows.subarray(runStart, at).sort(compare);
    runStart = at;
    runPrefix = prefix;
  }
  if (packed.length - runStart > 1) rows.subarray(runStart).sort(compare);
}

/** Sorts rows by a small number each, keeping the order of equal ones. */
export function sortByRank(rows: Int32Array, rankOf: RankOf, ranks: number): void {
  const starts = new Int32Array(ranks + 1);
  for (const row of rows) starts[rankOf(row) + 1] = (starts[rankOf(row) + 1] as number) + 1;
  for (let rank = 1; rank <= ranks; rank++) {
    starts[rank] = (starts[rank] as number) + (starts[rank - 1] as number);
  }
  const from = rows.slice();
  for (const row of from) {
    const to = starts[rankOf(row)] as number;
    rows[to] = row;
    starts[rankOf(row)] = to + 1;
  }
}

export type RankOf = (row: number) => number;

/** The sorted rows without those marked, and with `added` put in their places. */
export function mergeRows(
  rows: Int32Array,
  marked: Uint8Array,
  added: Int32Array,
  compare: Compare,
): Int32Array {
  const kept = rows.filter((row) => marked[row] !== 1);
  added.sort(compare);
  const merged = new Int32Array(kept.length + added.length);
  let from = 0;
  added.forEach((row, before) => {
    const at = lowerBound(kept, row, from, compare);
    merged.set(kept.subarray(from, at), from + before);
    merged[at + before] = row;
    from = at;
  });
  merged.set(kept.subarray(from), from + added.length);
  return merged;
}

function lowerBound(rows: Int32Array, row: number, from: number, compare: Compare): number {
  let low = from;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(rows[middle] as number, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
