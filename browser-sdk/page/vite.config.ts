import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page a node serves at `/`, on the SDK's sources. `vite page` serves it beside a node on 8080. */
const config: UserConfig = defineConfig({
  root: at('.'),
  resolve: { alias: { '@topgun/client': at('../src/index.ts') } },
  server: { proxy: { '/sync': { target: 'http://127.0.0.1:8080', ws: true } } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: at('index.html'), 'service-worker': at('src/service-worker.ts') },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
});
export default config;
