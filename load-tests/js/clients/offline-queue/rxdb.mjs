import { createRxDatabase } from 'rxdb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { collections } from '../rxdb-rows.mjs';

async function connect(name) {
  const database = await createRxDatabase({ name, storage: getRxStorageDexie() });
  return (await database.addCollections(collections())).rows;
}

export async function open(_url, name) {
  const collection = await connect(name);
  return async (rows) => {
    const { error } = await collection.bulkInsert(rows);
    if (error.length > 0) throw new Error(`${error.length} rows were refused`);
  };
}

export async function kept(name) {
  const rows = await (await connect(name)).find().exec();
  return new Map(rows.map((row) => [row.id, row.toJSON()]));
}
