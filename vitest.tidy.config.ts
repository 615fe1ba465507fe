// What the repository demands of itself (`npm run check:tidy`): quick, and without coverage.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/tidy/**/*.test.ts'], pool: 'forks', testTimeout: 30_000 },
});
