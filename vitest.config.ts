// The tests of `npm test`: those that a newcomer waits for. `npm run test:slow` has the rest (*.slow.test.ts,
// test/gate, test/bench), and `npm run check` the tidy ones.
import { configDefaults, defineConfig } from 'vitest/config';

const END_TO_END = 'test/e2e/*.test.ts';
const ELSEWHERE = ['test/**/*.slow.test.ts', 'test/{tidy,gate,bench,fixtures}/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One group after another: whole processes starve the timing of the others.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ELSEWHERE, END_TO_END],
          sequence: { groupOrder: 0 },
          // Test files of one worker share the modules: loading them anew takes as long as the tests.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: [END_TO_END],
          exclude: [...configDefaults.exclude, ...ELSEWHERE],
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      // `.ci/run` turns it on, so that the thresholds cannot be forgotten. It takes a minute.
      enabled: process.env['COVERAGE'] === '1',
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {
        'src/core/**': { branches: 95 },
        'src/jobs/**': { branches: 95 },
      },
    },
  },
});
