import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { kernelsForVite } from './scripts/assembleKernels.mjs';

export default defineConfig({
  plugins: [kernelsForVite],
  resolve: { alias: { 'mtl-debugger': fileURLToPath(new URL('./src/runtime/index.ts', import.meta.url)) } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: process.env['MTL_DIST_IS_BUILT'] === undefined ? ['test/buildOnce.ts'] : [],
    env: {
      // Where the user has a native backend set up, `auto` is another one: tests do not depend on that. Those of test/native
      // use it, at the user's own place.
      MTL_DEBUGGER_NATIVE_CACHE: fileURLToPath(new URL('./dist/no-native-backend', import.meta.url)),
      MTL_TEST_NATIVE_CACHE: process.env['MTL_DEBUGGER_NATIVE_CACHE'] ?? '',
    },
    // One process per file: tfjs keeps one global engine, and a test that seeds or patches it must not touch another's.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
