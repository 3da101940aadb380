// Stores rows while there is no connection, and delivers them from the page that comes after.
import { proveRows, rows } from '../rows.mjs';

/** What the driver calls. */
export function pageOf(contender) {
  let store;
  return {
    async open(url, map) {
      store = await contender.open(url, map);
    },
    async store(count) {
      const all = [...rows(count)];
      const start = performance.now();
      await store(all);
      return { seconds: (performance.now() - start) / 1e3 };
    },
    async deliver(url, map) {
      const start = performance.now();
      const bytes = await contender.deliver(url, map);
      return { seconds: (performance.now() - start) / 1e3, bytes };
    },
    async proveStored(map, count) {
      const kept = await contender.kept(map);
      proveRows(count, kept.size, (id) => kept.get(id));
      return {};
    },
  };
}
