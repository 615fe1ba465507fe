// The tests of `npm run test:slow`: properties over many rows, big files, real rates and races, spreadsheet
// programs, real kills, and the proofs that each rule of `npm run check` turns red.
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    exclude: [...configDefaults.exclude, 'test/fixtures/**'],
    projects: [
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          exclude: [...configDefaults.exclude, 'test/e2e/**'],
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow-e2e',
          include: ['test/e2e/*.slow.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'gate', include: ['test/gate/*.test.ts'], sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: { name: 'bench', include: ['test/bench/*.test.ts'], sequence: { groupOrder: 3 } },
      },
    ],
  },
});
