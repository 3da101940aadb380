import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NodeProcess } from '../support/node-process.ts';

const README = fileURLToPath(new URL('../../../README.md', import.meta.url));
/** Below the package, so that its own name and its dependencies are found from there. */
const DIRECTORY = fileURLToPath(new URL('../../target/', import.meta.url));
const ADDRESS = 'http://127.0.0.1:8080';

let node: NodeProcess;

beforeAll(async () => {
  node = await NodeProcess.start();
});

afterAll(async () => {
  await node?.remove();
});

it('the first program of the README runs as it is printed there', async () => {
  const programs = [...readFileSync(README, 'utf8').matchAll(/```js\n([\s\S]*?)```/g)];
  expect(programs).toHaveLength(1);
  const program = programs[0]?.[1] ?? '';
  expect(program).toContain(ADDRESS);
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(`${DIRECTORY}first.mjs`, program.replace(ADDRESS, node.url));

  const { stdout } = await promisify(execFile)(process.execPath, [`${DIRECTORY}first.mjs`], {
    timeout: 30_000,
  });

  expect(stdout).toContain('while 2 writes wait');
  expect(stdout).toContain("level: 'persisted'");
  expect(stdout).toMatch(/bob sees milk .*done: true/s);
});
