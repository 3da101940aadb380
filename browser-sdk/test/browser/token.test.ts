import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { NodeProcess } from '../support/node-process.ts';

let browser: Browser;
let node: NodeProcess;

beforeAll(async () => {
  const started = NodeProcess.start('topgun.auth.tokens = ["open sesame, please"]');
  [browser, node] = await Promise.all([launchChromium(), started]);
});

afterAll(async () => {
  await browser?.close();
  await node?.remove();
});

it('a person who is asked for a token gets in with it, and stays in', async () => {
  const page = await browser.newPage();
  await page.goto(node.url);
  await page.getByTestId('token').fill('open sesame, please');
  await page.getByTestId('token-save').click();
  const live = page.getByTestId('connection').filter({ hasText: 'Live' });
  await live.waitFor();
  await page.reload();
  await live.waitFor();
});

it('an address can bring the token, and loses it', async () => {
  const page = await browser.newPage();
  await page.goto(`${node.url}/#token=open%20sesame,%20please`);
  await page.getByTestId('connection').filter({ hasText: 'Live' }).waitFor();
  expect(new URL(page.url()).hash).toBe('');
});
