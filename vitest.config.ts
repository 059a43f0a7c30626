import { defineConfig } from 'vitest/config';

/** `forks`: the Temporal bridge and our addons crash in worker threads that vitest ends. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'geoscribe',
          include: ['packages/*/tests/**/*.test.ts', 'tools/tests/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
    maxWorkers: 2,
  },
});
