// Mutates the golden vectors and decodes them: npm run fuzz [-- --minutes 10 --seed 1]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { status } = spawnSync(
  join(root, 'node_modules/.bin/vitest'),
  ['run', '--project', 'unit', 'test/fuzz', '--disable-console-intercept'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      TOPGUN_FUZZ_MINUTES: values.minutes,
      ...(values.seed === undefined ? {} : { TOPGUN_FUZZ_SEED: values.seed }),
    },
  },
);
process.exit(status ?? 1);
