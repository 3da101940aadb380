import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Three projects: `unit` needs nothing, `node` a real node process, `browser` a Chromium. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ['default', 'json'],
    outputFile: { json: process.env.TOPGUN_TEST_REPORT ?? 'target/vitest.json' },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,page/src,test/fuzz}/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/node/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 330_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          expect: { poll: { timeout: 15_000, interval: 20 } },
          testTimeout: 60_000,
          hookTimeout: 330_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
export default config;
