import 'fake-indexeddb/auto';
import { describe, it } from 'vitest';
import { STORE_CONTRACT } from '../test/support/store-contract.ts';
import { IndexedDbStore } from './indexeddb-store.ts';
import { MemoryStore } from './memory-store.ts';

describe('the memory store', () => {
  it.each(STORE_CONTRACT)('$name', async ({ run }) => {
    const store = new MemoryStore();
    await run(async () => store);
  });
});

/** A quick run; the one that counts is in Chromium. */
describe('the IndexedDB store on an imitation', () => {
  it.each(STORE_CONTRACT)('$name', async ({ name, run }) => {
    await run(async () => new IndexedDbStore(name));
  });
});
