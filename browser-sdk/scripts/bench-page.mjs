// How long a browser that has nothing takes to show every city of a running node, synced and in order:
// npm run bench:page [-- --url http://127.0.0.1:8080/ --rounds 5]
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080/' },
    rounds: { type: 'string', default: '5' },
  },
});

/** Runs in the page. Times are from the start of the navigation. */
function watch() {
  window.seen = {};
  const look = () => {
    const row = document.querySelector('#canvas .row:not([hidden]) [data-field=name]');
    if (row?.textContent) window.seen.firstMs ??= performance.now();
    const count = document.querySelector('#cities-count')?.textContent ?? '';
    if (row?.textContent && count.endsWith('complete')) window.seen.allMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function round(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(values.url, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.seen?.allMs !== undefined, null, { timeout: 120_000 });
  const result = await page.evaluate(() => ({
    firstMs: Math.round(window.seen.firstMs),
    allMs: Math.round(window.seen.allMs),
    rows: window.topgun.getMap('cities').size,
    heapMb: Math.round(performance.memory.usedJSHeapSize / 2 ** 20),
  }));
  await context.close();
  return result;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});
try {
  const results = [];
  for (let i = 0; i < Number(values.rounds); i++) {
    results.push(await round(browser));
    console.log(JSON.stringify(results.at(-1)));
  }
  const all = results.map(({ allMs }) => allMs);
  console.log(
    `all rows synced and shown: median ${median(all)} ms, ${Math.min(...all)} to ${Math.max(...all)}; ` +
      `first rows: median ${median(results.map(({ firstMs }) => firstMs))} ms; ${results[0].rows} rows`,
  );
} finally {
  await browser.close();
}
