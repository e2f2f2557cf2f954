import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/test/web/**/*.test.ts'],
    environment: 'node',
    reporters: ['default', ['junit', { outputFile: 'target/surefire-reports/TEST-console-web.xml', suiteName: 'console-web' }]],
  },
});
