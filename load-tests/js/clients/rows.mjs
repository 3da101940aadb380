// The rows that every contender holds: what row number i is, and the proof that somebody has all of them.

export function idOf(i) {
  return `row/${String(i).padStart(8, '0')}`;
}

/** Some 110 bytes as JSON. */
export function rowOf(i) {
  return { id: idOf(i), name: `Row number ${i}`, count: i, text: `${textOf(i)}${textOf(i + 1)}` };
}

export function* rows(count) {
  for (let i = 0; i < count; i++) yield rowOf(i);
}

/** Throws unless somebody has these rows, each as it was written, and no other. */
export function proveRows(count, size, get) {
  if (size !== count) throw new Error(`${size} rows of ${count}`);
  for (const row of rows(count)) {
    const found = get(row.id);
    for (const field of Object.keys(row)) {
      if (found?.[field] !== row[field]) {
        throw new Error(`${row.id} has ${field} ${found?.[field]}, not ${row[field]}`);
      }
    }
  }
}

/** 30 characters that are hard to guess. */
function textOf(seed) {
  let text = '';
  let state = (seed + 1) * 0x9e3779b1;
  while (text.length < 30) {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, 30);
}
