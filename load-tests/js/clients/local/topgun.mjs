import { TopGunClient } from '../../../../browser-sdk/dist/index.js';

export async function open() {
  const client = new TopGunClient({ url: location.href, storage: 'memory' });
  client.connection.pause();
  const map = client.getMap('entries');
  await map.loaded;
  return {
    async write(rows) {
      for (const result of await Promise.all(rows.map((row) => map.set(row.id, row).local))) {
        if (!result.ok) throw new Error(result.text);
      }
    },
    /** A map has subscribers to all of it: each takes what is its own. */
    subscribe(id, listener) {
      listener(map.get(id));
      map.subscribe(({ changes }) => {
        for (const { key, value } of changes) if (key === id) listener(value);
      });
    },
  };
}
