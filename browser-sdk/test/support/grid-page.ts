import type { BrowserContext, Locator, Page } from 'playwright-core';
import type {} from '../../page/src/main.ts';

export interface CityInput {
  readonly name: string;
  readonly country: string;
  readonly lat: string;
  readonly lng: string;
}

/** What a map holds, in an order that can be compared. */
export type Entries = readonly (readonly [string, unknown])[];

/** The page as a person uses it, in one tab. */
export class GridPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(context: BrowserContext, url: string): Promise<GridPage> {
    const grid = new GridPage(await context.newPage());
    await grid.page.goto(url);
    await grid.synced();
    return grid;
  }

  /** Resolves once the page is connected, complete, and the server has all it wrote. */
  async synced(): Promise<void> {
    await this.page.waitForFunction(() => {
      const { topgun } = window;
      const maps = [topgun.getMap('cities'), topgun.getMap('todos')];
      return maps.every((map) => map.status === 'synced') && topgun.outbox.size === 0;
    });
  }

  async goOffline(): Promise<void> {
    await this.page.getByRole('switch', { name: 'Offline' }).check();
    await this.#connectionSays('Offline');
  }

  async goOnline(): Promise<void> {
    await this.page.getByRole('switch', { name: 'Offline' }).uncheck();
    await this.#connectionSays('Live');
    await this.synced();
  }

  /** Resolves once every write so far is durable in this browser: one behind them is. */
  async kept(): Promise<void> {
    await this.page.evaluate(async () => {
      const result = await window.topgun.getMap('marks').set('kept', Date.now()).local;
      if (!result.ok) throw new Error(result.text);
    });
  }

  /** The number that the bar shows. */
  async outbox(): Promise<number> {
    const text = await this.page.getByTestId('outbox-size').textContent();
    return Number(text?.replaceAll(',', ''));
  }

  async entries(map: string): Promise<Entries> {
    return await this.page.evaluate(
      (name) =>
        [...window.topgun.getMap<unknown>(name).entries()].sort(([a], [b]) => (a < b ? -1 : 1)),
      map,
    );
  }

  // --- to-dos ---

  async addTodo(text: string): Promise<void> {
    await this.page.getByTestId('todo-text').fill(text);
    await this.page.getByTestId('todo-text').press('Enter');
  }

  /** The texts that the list shows. */
  async todos(): Promise<string[]> {
    const texts = this.page.locator('#todos li textarea');
    return await texts.evaluateAll((found) =>
      found.map((text) => (text as HTMLTextAreaElement).value),
    );
  }

  async todo(text: string): Promise<Locator> {
    const at = (await this.todos()).indexOf(text);
    if (at < 0) throw new Error(`no to-do ${text.slice(0, 40)}`);
    return this.page.locator('#todos li').nth(at);
  }

  async editTodo(text: string, to: string): Promise<void> {
    const field = (await this.todo(text)).locator('textarea');
    await field.fill(to);
    await field.press('Enter');
  }

  // --- cities ---

  async search(text: string): Promise<void> {
    await this.page.getByTestId('search').fill(text);
  }

  /** Gives the key of the new city. */
  async addCity(city: CityInput): Promise<string> {
    const form = this.page.locator('#city-form');
    await this.page.getByTestId('add-city').click();
    for (const [field, text] of Object.entries(city)) {
      await form.locator(`[name=${field}]`).fill(text);
    }
    await this.page.getByTestId('city-save').click();
    const row = this.page.locator('#canvas .row:has(.at)');
    await row.waitFor();
    return (await row.getAttribute('data-key')) ?? '';
  }

  city(key: string): Locator {
    return this.page.locator(`#canvas [data-key="${key}"]:not([hidden])`);
  }

  cell(key: string, field: keyof CityInput): Locator {
    return this.city(key).locator(`[data-field=${field}]`);
  }

  async editCity(key: string, field: keyof CityInput, text: string): Promise<void> {
    await this.cell(key, field).click();
    const editor = this.page.getByTestId('cell-editor');
    await editor.fill(text);
    await editor.press('Enter');
  }

  async removeCity(key: string): Promise<void> {
    await this.city(key).hover();
    await this.city(key).getByRole('button').click();
  }

  async #connectionSays(words: string): Promise<void> {
    await this.page.getByTestId('connection').filter({ hasText: words }).waitFor();
  }
}
