import { defineConfig } from 'vitest/config';

/** The walk in a browser; `ConsoleIT` of the module `e2e` runs it on an instance of its own. */
export default defineConfig({
  test: {
    include: ['src/test/web/**/*.walk.ts'],
    environment: 'node',
    fileParallelism: false,
    sequence: { concurrent: false, shuffle: false },
    bail: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
