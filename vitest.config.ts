// All tests except the tidy ones, which belong to `npm run check`.
import { configDefaults, defineConfig } from 'vitest/config';

const TESTS = 'test/**/*.test.ts';
const END_TO_END = 'test/e2e/**';
const GATE = 'test/gate/**';
const BENCH = 'test/bench/**';
const ELSEWHERE = [...configDefaults.exclude, 'test/tidy/**', 'test/fixtures/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Real sockets, processes and timers on a busy machine: a claim that is false stays false.
    retry: 2,
    // One group after another: whole processes and whole linters starve the unit tests' timing.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [TESTS],
          exclude: [...ELSEWHERE, END_TO_END, GATE, BENCH],
          sequence: { groupOrder: 0 },
          // They mostly wait (for timeouts, for what may still arrive): two at a time on two cores.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: [`${END_TO_END}/*.test.ts`],
          exclude: ELSEWHERE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'gate',
          include: [`${GATE}/*.test.ts`],
          exclude: ELSEWHERE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'bench',
          include: [`${BENCH}/*.test.ts`],
          exclude: ELSEWHERE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
    coverage: {
      // Part of every full run, so that the thresholds cannot be forgotten.
      enabled: true,
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
