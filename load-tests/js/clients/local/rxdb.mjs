import { createRxDatabase } from 'rxdb';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';

const SCHEMA = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 32 }, text: { type: 'string' } },
  required: ['id', 'text'],
};

export async function open() {
  const database = await createRxDatabase({
    name: 'bench',
    storage: getRxStorageMemory(),
    multiInstance: false,
  });
  const { entries } = await database.addCollections({ entries: { schema: SCHEMA } });
  return {
    async write(rows) {
      const { error } = await entries.bulkUpsert(rows);
      if (error.length > 0) throw new Error(`${error.length} rows were refused`);
    },
    subscribe(id, listener) {
      entries.findOne(id).$.subscribe((row) => row !== null && listener(row));
    },
  };
}
