import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type Entries, GridPage } from '../support/grid-page.ts';
import { NodeProcess } from '../support/node-process.ts';

let browser: Browser;
let node: NodeProcess;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  [browser, node] = await Promise.all([launchChromium(), NodeProcess.start()]);
});

afterAll(async () => {
  await browser?.close();
  await node?.remove();
});

afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
});

/** Another person's browser. */
async function newBrowser(): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(20_000);
  contexts.push(context);
  return context;
}

async function newPerson(): Promise<GridPage> {
  return await GridPage.open(await newBrowser(), node.url);
}

/** Resolves once both hold the same rows; fails with the keys at which they differ. */
async function agree(a: GridPage, b: GridPage): Promise<void> {
  await Promise.all([a.synced(), b.synced()]);
  for (const map of ['cities', 'todos']) {
    await expect
      .poll(async () => differences(await a.entries(map), await b.entries(map)))
      .toEqual([]);
  }
}

function differences(a: Entries, b: Entries): string[] {
  const [rowsA, rowsB] = [new Map(a), new Map(b)];
  return [...new Set([...rowsA.keys(), ...rowsB.keys()])].filter(
    (key) => JSON.stringify(rowsA.get(key)) !== JSON.stringify(rowsB.get(key)),
  );
}

const BERLIN = { name: 'Berlin', country: 'DE', lat: '52.52437', lng: '13.41053' };

describe('two people who are online', () => {
  it('see each other’s to-dos appear, change and go', async () => {
    const [a, b] = [await newPerson(), await newPerson()];
    await a.addTodo('buy bread');
    await expect.poll(() => b.todos()).toContain('buy bread');
    await (await b.todo('buy bread')).getByRole('checkbox').check();
    await expect
      .poll(async () => (await a.todo('buy bread')).getByRole('checkbox').isChecked())
      .toBe(true);
    await b.editTodo('buy bread', 'buy rye bread');
    await expect.poll(() => a.todos()).toContain('buy rye bread');
    await (await a.todo('buy rye bread')).getByRole('button', { name: /^Remove/ }).click();
    await expect.poll(() => b.todos()).not.toContain('buy rye bread');
    await agree(a, b);
  });

  it('see each other’s cities appear, change and go', async () => {
    const [a, b] = [await newPerson(), await newPerson()];
    const key = await a.addCity(BERLIN);
    await b.search('berl germ');
    await b.city(key).waitFor();
    await b.editCity(key, 'lat', '52.5');
    await expect.poll(() => a.cell(key, 'lat').textContent()).toBe('52.5');
    await a.editCity(key, 'name', 'Berlin-Mitte');
    await expect.poll(() => b.cell(key, 'name').textContent()).toBe('Berlin-Mitte');
    await b.removeCity(key);
    await a
      .city(key)
      .waitFor({ state: 'detached' })
      .catch(() => {});
    await expect.poll(() => a.city(key).count()).toBe(0);
    await b.page.getByRole('button', { name: 'Undo' }).click();
    await a.city(key).waitFor();
    await agree(a, b);
  });

  it('are told in words when a write is refused, and it is taken back', async () => {
    const a = await newPerson();
    const before = await a.entries('todos');
    await a.addTodo('x'.repeat(300_000));
    await a.page.getByRole('alert').filter({ hasText: 'too large' }).waitFor();
    expect(await a.entries('todos')).toEqual(before);
  });
});

describe('a person who is offline', () => {
  it('edits, reloads, and agrees with the others once back, with nothing twice', async () => {
    const [a, b] = [await newPerson(), await newPerson()];
    const key = await a.addCity({ ...BERLIN, name: 'Potsdam' });
    await a.addTodo('water the plants');
    await expect.poll(() => b.todos()).toContain('water the plants');
    await a.synced();

    await a.goOffline();
    await a.addTodo('written offline');
    await a.editTodo('water the plants', 'water all plants');
    await a.editCity(key, 'lng', '13.06');
    await b.addTodo('written meanwhile');
    await a.kept();
    const [cities, todos] = [await a.entries('cities'), await a.todos()];

    await a.page.reload();
    await expect.poll(() => a.todos()).toEqual(todos);
    expect(await a.entries('cities')).toEqual(cities);
    // Those of the last moments before may be among them: they are sent again, and merge to nothing.
    await expect.poll(() => a.outbox()).toBeGreaterThanOrEqual(4);
    expect(await (await a.todo('written offline')).locator('.unsynced').isVisible()).toBe(true);

    await a.goOnline();
    await agree(a, b);
    const texts = await b.todos();
    for (const text of ['written offline', 'water all plants', 'written meanwhile']) {
      expect(texts.filter((other) => other === text)).toHaveLength(1);
    }
    expect(texts).not.toContain('water the plants');
    await b.search('Potsdam');
    expect(await b.cell(key, 'lng').textContent()).toBe('13.06');
    expect(await (await a.todo('written offline')).locator('.unsynced').isVisible()).toBe(false);
  });

  it('keeps what they write in the very moment before a reload', async () => {
    const a = await newPerson();
    await a.goOffline();
    const texts = ['first', 'second', 'third', 'fourth', 'fifth'].map((it) => `${it} and reload`);
    for (const text of texts) {
      await a.addTodo(text);
      await a.page.reload();
      await expect.poll(() => a.todos()).toContain(text);
    }
    await a.goOnline();
    const b = await newPerson();
    const found = await b.todos();
    expect(found.filter((text) => text.endsWith('and reload'))).toEqual(texts);
  });

  it('keeps their field of a city when another person changes another field', async () => {
    const [a, b] = [await newPerson(), await newPerson()];
    const key = await a.addCity({ ...BERLIN, name: 'Bremn' });
    await b.search('Bremn');
    await b.city(key).waitFor();
    await a.goOffline();
    await b.goOffline();
    await a.editCity(key, 'name', 'Bremen');
    await b.editCity(key, 'lat', '53.07516');
    await a.goOnline();
    await b.goOnline();
    await agree(a, b);
    expect(new Map(await a.entries('cities')).get(key)).toMatchObject({
      name: 'Bremen',
      lat: '53.07516',
    });
  });

  it('loses nothing by closing one of two tabs, and sends nothing twice', async () => {
    const context = await newBrowser();
    const [first, second] = [
      await GridPage.open(context, node.url),
      await GridPage.open(context, node.url),
    ];
    await first.goOffline();
    await second.goOffline();
    await first.addTodo('from the first tab');
    await second.addTodo('from the second tab');
    await first.kept();
    await second.kept();
    await first.page.close();
    await second.goOnline();
    const other = await newPerson();
    await expect.poll(() => other.todos()).toContain('from the first tab');
    const texts = await other.todos();
    expect(texts.filter((text) => text === 'from the first tab')).toHaveLength(1);
    expect(texts.filter((text) => text === 'from the second tab')).toHaveLength(1);
    await agree(second, other);
  });
});

describe('the page', () => {
  it('is asked for each time, its assets never again, and it runs nothing from elsewhere', async () => {
    const page = await fetch(node.url);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const asset = /src="(\/assets\/[^"]+)"/.exec(await page.text())?.[1] ?? 'none';
    const script = await fetch(new URL(asset, node.url));
    expect(script.status).toBe(200);
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('can be used with the keyboard alone', async () => {
    const [a, b] = [await newPerson(), await newPerson()];
    const key = await a.addCity({ ...BERLIN, name: 'Aachen on keys' });
    await a.page.keyboard.press('/');
    expect(await a.page.getByTestId('search').evaluate((it) => it === document.activeElement)).toBe(
      true,
    );
    await a.page.keyboard.type('on keys');
    await a.page.getByRole('grid').focus();
    await a.page.keyboard.press('ArrowDown');
    await a.page.keyboard.press('ArrowRight');
    await a.page.keyboard.press('Enter');
    await a.page.keyboard.type('fr');
    await a.page.keyboard.press('Tab');
    await a.page.keyboard.type('91');
    await a.page.keyboard.press('Enter');
    const editor = a.page.getByTestId('cell-editor');
    expect(await editor.evaluate((it: HTMLInputElement) => it.validationMessage)).toContain('90');
    await editor.press('Escape');
    await b.search('on keys france');
    await expect.poll(() => b.cell(key, 'country').textContent()).toBe('FranceFR');
    expect(await b.cell(key, 'lat').textContent()).toBe(BERLIN.lat);
    await a.page.keyboard.press('Delete');
    await expect.poll(() => b.city(key).count()).toBe(0);
  });
});

describe('awkward text', () => {
  const TEXTS = [
    '__proto__',
    'constructor',
    '👩‍🚀 Zoë — naïve 🇫🇷',
    'שלום עולם, مرحبا',
    '<img src=x onerror="window.broken=1"><script>window.broken=1</script>',
    '"\'`\\ \u0000 \u2028 %s {{y}}',
    'a'.repeat(10_000),
  ];

  it('is shown as text to others, as key and as value, and survives a reload', async () => {
    const [a, b] = [await newPerson(), await newPerson()];
    for (const text of TEXTS) await a.addTodo(text);
    await a.page.evaluate((texts) => {
      const cities = window.topgun.getMap<object>('cities');
      for (const text of texts) {
        cities.set(text.slice(0, 300), {
          name: text,
          country: 'XX',
          lat: '0',
          lng: '0',
          [text.slice(0, 300)]: text,
        });
      }
    }, TEXTS);
    await a.synced();
    await expect.poll(() => b.todos()).toEqual(expect.arrayContaining(TEXTS));
    await agree(a, b);

    await b.page.reload();
    await b.synced();
    expect(await b.todos()).toEqual(expect.arrayContaining(TEXTS));
    await b.search('xx');
    const names = b.page.locator('#canvas .row:not([hidden]) [data-field=name]');
    await expect.poll(() => names.allTextContents()).toEqual(expect.arrayContaining(TEXTS));
    const held = await b.page.evaluate(
      (texts) =>
        texts.map((text) => {
          const city = window.topgun.getMap<object>('cities').get(text.slice(0, 300));
          return city === undefined
            ? undefined
            : Object.entries(city).find(([name]) => name === text.slice(0, 300))?.[1];
        }),
      TEXTS,
    );
    expect(held).toEqual(TEXTS);
    expect(await b.page.evaluate(() => 'broken' in window)).toBe(false);
    expect(await b.page.locator('main img, main script').count()).toBe(0);
  });
});
