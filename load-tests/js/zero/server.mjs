// PostgreSQL with rows, and Zero's server on it: server.mjs COUNT READY. Makes the file READY when clients may come.
// For a namespace of its own for the network, as that listens everywhere, and for processes, which end with this one.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { mustGetQuery } from '@rocicorp/zero';
import { handleQueryRequest } from '@rocicorp/zero/server';
import postgres from 'postgres';
import { rows } from '../clients/rows.mjs';
import { queries, schema } from './rows.mjs';

const ROWS_AT_ONCE = 10_000;
const DATABASE = 'postgres://postgres@127.0.0.1:5432/postgres';
const POSTGRES = '/usr/lib/postgresql';
const USER = 'postgres'; // PostgreSQL does not run as root
const [count, ready] = process.argv.slice(2);

const directory = mkdtempSync(join(tmpdir(), 'topgun-zero-'));
const children = [];
process.on('exit', () => {
  for (const child of children) process.kill(-child.pid, 'SIGKILL'); // with its children
  rmSync(directory, { recursive: true, force: true, maxRetries: 20 });
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));

await startPostgres();
await fill(Number(count));
await answerQueries(4850);
await startZero(4848, 'http://127.0.0.1:4850/');
writeFileSync(ready, '');

function start(command, args, env = {}) {
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    detached: true,
  });
  child.on('exit', (code) => {
    console.error(`${command} ended with ${code}`);
    children.splice(children.indexOf(child), 1);
    process.exit(1);
  });
  children.push(child);
}

async function startPostgres() {
  const [version] = readdirSync(POSTGRES);
  const program = (name) => join(POSTGRES, version, 'bin', name);
  const id = Number(spawnSync('id', ['-u', USER]).stdout);
  chownSync(directory, id, 0);
  const data = join(directory, 'postgres');
  const init = ['-u', USER, '--', program('initdb'), '-A', 'trust', '-D', data];
  if (spawnSync('runuser', init, { stdio: 'inherit' }).status !== 0) throw new Error('initdb');
  const settings = ['wal_level=logical', 'listen_addresses=127.0.0.1', 'max_connections=200'];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const run = ['-u', USER, '--', program('postgres'), '-D', data, '-k', directory, ...flags];
  start('runuser', run);
}

async function fill(count) {
  const sql = postgres(DATABASE, { onnotice: () => {} });
  await until(() => sql`SELECT 1`);
  await sql`CREATE TABLE rows (id text PRIMARY KEY, name text NOT NULL, count int NOT NULL, text text NOT NULL)`;
  const all = [...rows(count)];
  for (let i = 0; i < count; i += ROWS_AT_ONCE) {
    const json = JSON.stringify(all.slice(i, i + ROWS_AT_ONCE));
    await sql`INSERT INTO rows SELECT * FROM json_populate_recordset(null::rows, ${json}::text::json)`;
  }
  await sql.end();
}

/** What a client asks for by name, as the query that it is. */
async function answerQueries(port) {
  const server = createServer(async (request, response) => {
    const url = `http://127.0.0.1:${port}${request.url}`;
    const body = await new Response(request).text();
    const result = await handleQueryRequest({
      handler: (name, args) => mustGetQuery(queries, name).fn({ args }),
      schema,
      userID: null,
      request: new Request(url, { method: 'POST', body }),
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(result));
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
}

async function startZero(port, queryUrl) {
  const cli = fileURLToPath(import.meta.resolve('@rocicorp/zero')).replace(/zero\.js$/, 'cli.js');
  start(process.execPath, [cli], {
    ZERO_UPSTREAM_DB: DATABASE,
    ZERO_QUERY_URL: queryUrl,
    ZERO_REPLICA_FILE: join(directory, 'replica'),
    ZERO_PORT: `${port}`,
    ZERO_ADMIN_PASSWORD: 'bench',
    ZERO_NUM_SYNC_WORKERS: '1',
    ZERO_ENABLE_TELEMETRY: 'false',
    ZERO_LOG_LEVEL: 'error',
  });
  await until(() => fetch(`http://127.0.0.1:${port}/`));
}

/** A server takes a while to listen. */
async function until(answers) {
  for (let tries = 300; ; tries--) {
    try {
      return await answers();
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(200);
    }
  }
}
