// An RxDB in memory with rows, served to its clients: rxdb-server.mjs COUNT PORT
import { createRxDatabase } from 'rxdb';
import { startWebsocketServer } from 'rxdb/plugins/replication-websocket';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { rows as rowsOf } from './rows.mjs';
import { collections } from './rxdb-rows.mjs';

const [count, port] = process.argv.slice(2).map(Number);
const database = await createRxDatabase({ name: 'server', storage: getRxStorageMemory() });
const { rows } = await database.addCollections(collections());
const { error } = await rows.bulkInsert([...rowsOf(count)]);
if (error.length > 0) throw new Error(`${error.length} rows were refused`);
startWebsocketServer({ database, host: '127.0.0.1', port });
