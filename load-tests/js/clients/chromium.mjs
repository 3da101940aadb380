// A Chromium of its own with one page, which runs the measuring code with one contender.
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
/** A page of one origin alone gets clocks of 5 us instead of 100. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const PATIENCE_MS = 60_000;

/** What one function of the page gave, and what all processes of the browser took for it, in us. */
async function measured(browser, page, name, args) {
  const before = await cpuMicros(browser);
  const result = await page.evaluate(([it, all]) => globalThis.page[it](...all), [name, args]);
  return { ...result, cpuMicros: (await cpuMicros(browser)) - before };
}

async function cpuMicros(browser) {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1e6, 0);
}

/**
 * Has `use` work with a page that runs `scenario/page.mjs` with `scenario/WHO.mjs`. It comes from a port of
 * 127.0.0.1, 0 for any. Its profile is a directory: without one a browser keeps in memory what a site stores.
 */
export async function withPage({ scenario, who, profile, port }, use) {
  const server = await serve(await bundle(scenario, who), port);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
  try {
    context.setDefaultTimeout(PATIENCE_MS);
    const [page] = context.pages();
    const browser = await context.browser().newBrowserCDPSession();
    const load = async () => {
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.waitForFunction(() => 'page' in globalThis);
    };
    page.on('pageerror', (error) => fail(error));
    await load();
    return await use({ load, call: (name, ...args) => measured(browser, page, name, args) });
  } finally {
    await context.close();
    await rm(profile, { recursive: true });
    server.closeAllConnections();
    server.close();
  }
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

async function bundle(scenario, who) {
  const contents = `
    import * as contender from './${scenario}/${who}.mjs';
    import { pageOf } from './${scenario}/page.mjs';
    globalThis.page = pageOf(contender);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: HERE },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

async function serve(script, port) {
  const server = createServer((request, response) => {
    const isScript = request.url === '/script.js';
    const type = isScript ? 'text/javascript' : 'text/html';
    response.writeHead(200, { ...HEADERS, 'content-type': type });
    const html = '<!doctype html><title>t</title><script type=module src=/script.js></script>';
    response.end(isScript ? script : html);
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return server;
}
