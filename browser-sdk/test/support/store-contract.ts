import type { Store, StoredOp, StoredSlice } from '../../src/store.ts';

/*
 * What every store must do. The cases know no test framework, so that they run in a page as well as
 * in Node: each throws if the store is wrong. `open` gives a store on the same data every time.
 */

export type OpenStore = () => Promise<Store>;

export interface ContractCase {
  readonly name: string;
  readonly run: (open: OpenStore) => Promise<void>;
}

function op(writer: string, id: number, text = ''): StoredOp {
  const cell = new TextEncoder().encode(text);
  return { writer, id, map: 'm', key: `k${id}`, cell, at: id };
}

function slice(map: string, partition: number, seq: number): StoredSlice {
  const position = { storeId: '00000000000000a1', incarnation: 1, seq };
  return { map, partition, position, block: Uint8Array.of(seq) };
}

const NOTHING = { slices: [], settled: [], clockMs: 0 };

export const STORE_CONTRACT: readonly ContractCase[] = [
  {
    name: 'is empty at first',
    async run(open) {
      const store = await open();
      equal(await store.open(), 0);
      equal(await store.writers(), []);
      equal(await store.readMap('m'), []);
      equal(await store.adopt('nobody', 'me', 1), []);
    },
  },
  {
    name: 'keeps appended operations, and replaces those of the same id',
    async run(open) {
      const store = await opened(open);
      await store.append([op('a', 1), op('a', 2)]);
      await store.append([op('a', 2, 'again')]);
      equal(await store.writers(), ['a']);
      equal(await store.adopt('a', 'b', 1), [op('b', 1), { ...op('b', 2, 'again') }]);
    },
  },
  {
    name: 'keeps what an operation of a counter counts',
    async run(open) {
      const store = await opened(open);
      await store.append([{ ...op('a', 1), by: -3 }]);
      equal(await store.adopt('a', 'b', 1), [{ ...op('b', 1), by: -3 }]);
    },
  },
  {
    name: 'hands the operations of one writer over in order, once, and leaves the others',
    async run(open) {
      const store = await opened(open);
      await store.append([op('a', 10), op('b', 3), op('a', 9)]);
      const adopted = await store.adopt('a', 'me', 100);
      equal(
        adopted.map(({ writer, id, key }) => [writer, id, key]),
        [
          ['me', 100, 'k9'],
          ['me', 101, 'k10'],
        ],
      );
      equal(await store.adopt('a', 'other', 200), []);
      equal([...(await store.writers())].sort(), ['b', 'me']);
    },
  },
  {
    name: 'does not take a writer for another whose name begins the same',
    async run(open) {
      const store = await opened(open);
      await store.append([op('a', 1), op('ab', 2)]);
      equal((await store.adopt('a', 'me', 1)).length, 1);
      equal([...(await store.writers())].sort(), ['ab', 'me']);
    },
  },
  {
    name: 'lets concurrent appends all through',
    async run(open) {
      const store = await opened(open);
      await Promise.all(Array.from({ length: 50 }, (_, i) => store.append([op('a', i)])));
      equal((await store.adopt('a', 'b', 1)).length, 50);
    },
  },
  {
    name: 'keeps slices by map and partition, the last one counts',
    async run(open) {
      const store = await opened(open);
      await store.commit({ ...NOTHING, slices: [slice('m', 7, 1), slice('n', 7, 2)] });
      await store.commit({ ...NOTHING, slices: [slice('m', 7, 3), slice('m', 270, 4)] });
      const slices = [...(await store.readMap('m'))].sort((a, b) => a.partition - b.partition);
      equal(slices, [slice('m', 7, 3), slice('m', 270, 4)]);
      equal(await store.readMap('n'), [slice('n', 7, 2)]);
    },
  },
  {
    name: 'removes settled operations together with the slices they are part of',
    async run(open) {
      const store = await opened(open);
      await store.append([op('a', 1), op('a', 2), op('b', 1)]);
      const settled = [{ writer: 'a', id: 1 }];
      await store.commit({ slices: [slice('m', 1, 1)], settled, clockMs: 0 });
      equal(
        (await store.adopt('a', 'c', 1)).map(({ key }) => key),
        ['k2'],
      );
      equal(
        (await store.adopt('b', 'd', 1)).map(({ key }) => key),
        ['k1'],
      );
    },
  },
  {
    name: 'never lets the clock go back',
    async run(open) {
      const store = await opened(open);
      await store.commit({ ...NOTHING, clockMs: 9 });
      await store.commit({ ...NOTHING, clockMs: 5 });
      await store.close();
      equal(await (await open()).open(), 9);
    },
  },
  {
    name: 'still has everything when it is opened again',
    async run(open) {
      const store = await opened(open);
      await store.append([op('a', 1, 'x')]);
      await store.commit({ ...NOTHING, slices: [slice('m', 3, 8)] });
      await store.close();
      const again = await opened(open);
      equal(await again.readMap('m'), [slice('m', 3, 8)]);
      equal(
        await again.adopt('a', 'b', 1),
        [op('b', 1, 'x')].map((it) => ({ ...it, key: 'k1' })),
      );
    },
  },
];

async function opened(open: OpenStore): Promise<Store> {
  const store = await open();
  await store.open();
  return store;
}

function equal(found: unknown, expected: unknown): void {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value, canonical));
  if (a !== b) throw new Error(`found ${a}, expected ${b}`);
}

function canonical(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
