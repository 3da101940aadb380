import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { GridPage } from '../support/grid-page.ts';
import { NodeProcess } from '../support/node-process.ts';

let browser: Browser;
let node: NodeProcess;

beforeAll(async () => {
  [browser, node] = await Promise.all([launchChromium(), NodeProcess.start()]);
});

afterAll(async () => {
  await browser?.close();
  await node?.remove();
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

async function newPerson(): Promise<GridPage> {
  const context = await browser.newContext();
  context.setDefaultTimeout(20_000);
  return await GridPage.open(context, node.url);
}

/** What the writing page knows; `acked` grows until the node is gone. */
interface Progress {
  readonly written: number;
  readonly acked: readonly string[];
}

declare global {
  interface Window {
    written: number;
    acked: string[];
    stopWriting: () => void;
  }
}

/** Writes small batches without end, and notes what the server has acknowledged. */
async function startWriting(person: GridPage): Promise<void> {
  await person.page.evaluate(() => {
    const cities = window.topgun.getMap<object>('cities');
    window.written = 0;
    window.acked = [];
    const timer = setInterval(() => {
      for (let i = 0; i < 10; i++) {
        const key = `city ${window.written++}`;
        const write = cities.set(key, { name: key, country: 'FR', lat: '1', lng: '2' });
        void write.server.then((result) => {
          if (result.ok) window.acked.push(key);
        });
      }
    }, 2);
    window.stopWriting = () => clearInterval(timer);
  });
}

async function progress(person: GridPage): Promise<Progress> {
  return await person.page.evaluate(() => ({ written: window.written, acked: window.acked }));
}

describe('a node killed under a page’s writes', () => {
  it('has after its restart all that it acknowledged, and gets the rest', async () => {
    const writer = await newPerson();
    await startWriting(writer);
    await expect.poll(async () => (await progress(writer)).acked.length).toBeGreaterThan(500);
    await node.kill();
    await writer.page.getByTestId('connection').filter({ hasText: 'trying again' }).waitFor();
    await writer.page.evaluate(() => window.stopWriting());
    // Kept away from the restarted node, so that what others find there comes from its journal.
    await writer.goOffline();
    const { written, acked } = await progress(writer);
    await expect.poll(() => writer.outbox()).toBe(written - acked.length);
    expect(acked.length).toBeLessThan(written);

    await node.start();
    const reader = await newPerson();
    const found = new Set((await reader.entries('cities')).map(([key]) => key));
    expect(acked.filter((key) => !found.has(key))).toEqual([]);

    await writer.goOnline();
    await expect.poll(async () => (await reader.entries('cities')).length).toBe(written);
    const all = Array.from({ length: written }, (_, i) => `city ${i}`).sort();
    expect((await reader.entries('cities')).map(([key]) => key)).toEqual(all);
    expect(await writer.entries('cities')).toEqual(await reader.entries('cities'));
  });
});

describe('a page whose node is gone', () => {
  it('opens again, goes on, and agrees with the others when the node is back', async () => {
    const a = await newPerson();
    await a.addTodo('before');
    await a.synced();
    await a.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await node.kill();
    await a.addTodo('while the node is down');
    await a.kept();

    await a.page.reload();
    await expect.poll(() => a.todos()).toEqual(['before', 'while the node is down']);
    await a.addTodo('after the reload');

    await node.start();
    await a.page.evaluate(() => window.dispatchEvent(new Event('online')));
    await a.synced();
    const b = await newPerson();
    expect(await b.todos()).toEqual(['before', 'while the node is down', 'after the reload']);
    expect(await b.entries('todos')).toEqual(await a.entries('todos'));
  });
});
