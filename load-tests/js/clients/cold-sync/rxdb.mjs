import { createRxDatabase } from 'rxdb';
import { replicateWithWebsocketServer } from 'rxdb/plugins/replication-websocket';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { collections } from '../rxdb-rows.mjs';

const BATCH = 10_000;

export async function sync(url) {
  const database = await createRxDatabase({
    name: 'client',
    storage: getRxStorageMemory(),
    multiInstance: false, // else it waits half a second to be sure that no other tab replicates
  });
  const { rows } = await database.addCollections(collections());
  const replication = await replicateWithWebsocketServer({
    collection: rows,
    url,
    replicationIdentifier: 'rows',
    live: true,
    batchSize: BATCH,
  });
  await replication.awaitInitialReplication();
  const found = new Map();
  return {
    size: async () => {
      for (const row of await rows.find().exec()) found.set(row.id, row.toJSON());
      return found.size;
    },
    get: (id) => found.get(id),
  };
}
