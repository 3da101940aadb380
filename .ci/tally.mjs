// Sums the test reports named as arguments, of Surefire, Failsafe and Vitest: prints passed, failed, skipped.
import { readFileSync } from 'node:fs';

const sum = { passed: 0, failed: 0, skipped: 0 };

function add(total, failed, skipped) {
  sum.passed += total - failed - skipped;
  sum.failed += failed;
  sum.skipped += skipped;
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.json')) {
    const { numTotalTests, numFailedTests, numPassedTests } = JSON.parse(text);
    add(numTotalTests, numFailedTests, numTotalTests - numFailedTests - numPassedTests);
  } else {
    const [suite] = text.match(/<testsuite [^>]*>/);
    const count = (name) => Number(suite.match(` ${name}="(\\d+)"`)[1]);
    add(count('tests'), count('failures') + count('errors'), count('skipped'));
  }
}
console.log(sum.passed, sum.failed, sum.skipped);
