import { readBlock } from './block-codec.ts';
import { CborReader } from './cbor-reader.ts';
import type { HybridClock } from './clock.ts';
import { KEPT_LIMITS } from './limits.ts';
import type { Replica } from './replica.ts';
import type { Store } from './store.ts';

/** How long loading may keep the page from answering. */
const BUSY_MS = 16;

/** Fills a new replica with what this browser has kept. */
export async function loadKept(store: Store, replica: Replica, clock: HybridClock): Promise<void> {
  let since = performance.now();
  for (const { partition, position, block } of await store.readMap(replica.name)) {
    const slice = replica.slices[partition];
    if (slice === undefined) continue;
    const { entries, newestMs, newestCounter } = readBlock(
      new CborReader(block, KEPT_LIMITS),
      true,
    );
    clock.observe(newestMs, newestCounter);
    for (const entry of entries) replica.confirm(partition, entry.key, entry.cell);
    slice.position = position;
    replica.dirty.delete(partition);
    if (performance.now() - since < BUSY_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  }
}
