import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAUNCHER = process.env.TOPGUN ?? fileURLToPath(new URL('../../../topgun', import.meta.url));
const READY = /TopGun is ready at (\S+)/;
/** Long enough for a first start, which builds the node. */
const READY_WITHIN_MS = 300_000;

/** How a test run ends: by itself, by a person, by a runner that gives up, by a worker's parent that is gone. */
const ENDS = ['exit', 'SIGINT', 'SIGTERM', 'disconnect'] as const;

/** A real node as `./topgun start` runs it, with a port and data of its own. */
export class NodeProcess {
  readonly port: number;
  /** What it uses with the other nodes of its cluster. */
  readonly clusterPort: number;
  readonly #dataDir: string;
  readonly #config: string;
  readonly #join: string | undefined;
  #child: ChildProcess | undefined;

  private constructor(
    port: number,
    clusterPort: number,
    dataDir: string,
    config: string,
    join: string | undefined,
  ) {
    this.port = port;
    this.clusterPort = clusterPort;
    this.#config = config;
    this.#join = join;
    this.#dataDir = dataDir;
    for (const event of ENDS) process.once(event, this.#onEnd);
  }

  /** `config` is what its configuration file says beyond the defaults; `first` a node whose cluster it joins. */
  static async start(config = '', first?: NodeProcess): Promise<NodeProcess> {
    const dir = await mkdtemp(join(tmpdir(), 'topgun-node-'));
    const address = first === undefined ? undefined : `127.0.0.1:${first.clusterPort}`;
    const node = new NodeProcess(await freePort(), await freePort(), dir, config, address);
    try {
      await node.start();
    } catch (error) {
      await node.remove();
      throw error;
    }
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves once the node is ready; a second time on the data that it left. */
  async start(): Promise<void> {
    const args = ['start', '--port', String(this.port), '--data', this.#dataDir];
    args.push('--cluster-port', String(this.clusterPort));
    if (this.#join !== undefined) args.push('--join', this.#join);
    if (this.#config !== '') {
      const file = join(this.#dataDir, 'test.conf');
      await writeFile(file, this.#config);
      args.push('--config', file);
    }
    // Its own process group, so that nothing it starts outlives it.
    const child = spawn(LAUNCHER, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let output = '';
      const failed = (why: string): void => reject(new Error(`${why}\n${output}`));
      const timer = setTimeout(() => failed('the node was not ready in time'), READY_WITHIN_MS);
      const read = (text: string): void => {
        output = (output + text).slice(-10_000);
        if (!READY.test(output)) return;
        clearTimeout(timer);
        resolve();
      };
      child.stdout.setEncoding('utf8').on('data', read);
      child.stderr.setEncoding('utf8').on('data', read);
      child.once('exit', (code) => {
        clearTimeout(timer);
        failed(`the node ended with ${code}`);
      });
    });
  }

  /** As a power cut: no chance to clean up. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As a service manager stops it: it hands over first. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    this.#signal(signal);
    await ended;
    this.#child = undefined;
  }

  /** Ends the node and deletes its data. */
  async remove(): Promise<void> {
    await this.kill();
    for (const event of ENDS) process.off(event, this.#onEnd);
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  readonly #onEnd = (signal: unknown): void => {
    this.#signal('SIGKILL');
    // Listening has taken away what the signal does by itself.
    if (signal !== 'SIGINT' && signal !== 'SIGTERM') return;
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
