import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleFixture, launchChromium, type Site, serve } from '../support/chromium.ts';
import { Peer } from '../support/peer.ts';
import { STORE_CONTRACT } from '../support/store-contract.ts';
import { until } from '../support/until.ts';
import type {} from './fixture.ts';

let browser: Browser;
let site: Site;
let context: BrowserContext;

beforeAll(async () => {
  site = await serve(await bundleFixture());
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

beforeEach(async () => {
  context = await browser.newContext();
});

afterEach(async () => {
  await context.close();
});

async function openPage(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => 'fixture' in globalThis);
  return page;
}

describe('the IndexedDB store', () => {
  it.each(STORE_CONTRACT)('$name', async ({ name }) => {
    const page = await openPage();
    await page.evaluate((it) => fixture.runContract(it), name);
  });
});

describe('tabs of one browser', () => {
  let peer: Peer;

  beforeEach(async () => {
    peer = await Peer.start();
  });

  afterEach(async () => {
    await peer.stop();
  });

  /** Writes while offline and waits until it is durable. */
  async function writeOffline(page: Page, key: string): Promise<void> {
    await page.evaluate(
      async ([url, name]) => {
        const client = new fixture.TopGunClient({ url });
        client.connection.pause();
        const write = client.getMap<number>('numbers').set(name, 1);
        const result = await write.local;
        if (!result.ok) throw new Error(result.text);
      },
      [peer.url, key] as const,
    );
  }

  /** Connects and gives the keys once an outbox was taken over and is empty again. */
  async function connect(page: Page): Promise<string[]> {
    return await page.evaluate(async (url) => {
      const client = new fixture.TopGunClient({ url });
      const numbers = client.getMap<number>('numbers');
      await numbers.synced;
      return await new Promise<string[]>((resolve) => {
        const look = (): void => {
          if (client.outbox.size > 0 || numbers.size === 0) return;
          resolve([...numbers.entries()].map(([key]) => key));
        };
        client.outbox.subscribe(look);
        look();
      });
    }, peer.url);
  }

  it('lose nothing in a reload: what was written offline is sent afterwards, once', async () => {
    const page = await openPage();
    await writeOffline(page, 'a');
    await page.reload();
    await page.waitForFunction(() => 'fixture' in globalThis);
    expect(await connect(page)).toEqual(['a']);
    expect(peer.operations.map((op) => op.key)).toEqual(['a']);
  });

  it('take over what a closed tab has left, but not what a live one will send', async () => {
    const [closed, alive] = [await openPage(), await openPage()];
    await writeOffline(closed, 'closed');
    await writeOffline(alive, 'alive');
    await closed.close();
    const third = await openPage();
    await connect(third);
    await until('the closed tab’s write arrived', () => peer.operations.length > 0);
    expect(peer.operations.map((op) => op.key)).toEqual(['closed']);
  });

  it('show after a reload, without a server, what they had', async () => {
    const page = await openPage();
    await page.evaluate(async (url) => {
      const client = new fixture.TopGunClient({ url });
      await client.getMap<number>('numbers').set('kept', 7).server;
      await client.close();
    }, peer.url);
    await peer.stop();
    await page.reload();
    await page.waitForFunction(() => 'fixture' in globalThis);
    const found = await page.evaluate(async (url) => {
      const client = new fixture.TopGunClient({ url });
      const numbers = client.getMap<number>('numbers');
      await numbers.loaded;
      return [client.storage, numbers.status, numbers.get('kept')];
    }, peer.url);
    expect(found).toEqual(['indexeddb', 'local', 7]);
  });
});
