// Subscriptions to entries of their own, and writes that touch some of the entries.
const ENTRIES = 100;
const TOUCHED = 5;
const VALUE_CHARS = 10 * 1024;
const LATE_MS = 10_000;

/** What the driver calls. A contender has `open()`, which gives `write(rows)` and `subscribe(id, listener)`. */
export function pageOf(contender) {
  const watch = new Watch();
  let store;
  let rounds = 1;
  let next = [];
  return {
    async open() {
      store = await contender.open();
      const all = rowsOf(
        Array.from({ length: ENTRIES }, (_, i) => i),
        0,
      );
      await store.write(all);
      const told = watch.expect(all);
      for (const { id } of all) store.subscribe(id, (row) => watch.called(id, row));
      await told;
    },
    /** Makes what `write` will write. */
    prepare(writes) {
      next = Array.from({ length: writes }, () => rowsOf(touchedIn(rounds), rounds++));
    },
    async write() {
      const ms = [];
      for (const rows of next) {
        const told = watch.expect(rows);
        const start = performance.now();
        const written = store.write(rows);
        ms.push((await told) - start);
        await written;
        await quiet(); // what nobody waits for may not disturb the next, and a wrong call has time to come
      }
      watch.prove();
      return { ms };
    },
  };
}

/** Which subscribers are to be called with what, and whether they and no others were. */
class Watch {
  #expected = new Map();
  #done = () => {};
  #wrong = [];

  /** Resolves with the time of the last call, once all of these were called with these rows. */
  expect(rows) {
    if (this.#expected.size > 0) this.#wrong.push(`${this.#expected.size} not called`);
    this.#expected = new Map(rows.map((row) => [row.id, row.text]));
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      setTimeout(() => reject(new Error(`not called: ${[...this.#expected.keys()]}`)), LATE_MS);
    });
  }

  called(id, row) {
    if (this.#expected.get(id) !== row?.text) this.#wrong.push(`${id}: ${row?.text.slice(0, 20)}`);
    this.#expected.delete(id);
    if (this.#expected.size === 0) this.#done(performance.now());
  }

  prove() {
    if (this.#wrong.length > 0)
      throw new Error(`wrong calls: ${this.#wrong.slice(0, 5).join('; ')}`);
  }
}

/** Others in each round, far from one another. */
function touchedIn(round) {
  return Array.from({ length: TOUCHED }, (_, i) => (round * 7 + i * 20) % ENTRIES);
}

function rowsOf(numbers, round) {
  return numbers.map((i) => ({ id: `entry/${i}`, text: textOf(i, round) }));
}

function textOf(i, round) {
  const start = `${round}/${i}/`;
  const bytes = new Uint8Array(VALUE_CHARS - start.length);
  for (let at = 0, state = round * ENTRIES + i + 1; at < bytes.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = 97 + ((state >>> 24) % 26);
  }
  return start + new TextDecoder().decode(bytes);
}

function quiet() {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
