import { defineConfig } from 'vitest/config';

/** Of projects that work over sockets, in real time: what has failed while the machine stood still is tried again, once. */
const realTime = {
  setupFiles: ['test/support/leaks.ts', 'test/support/standstill.ts'],
  retry: { count: 1, condition: /the machine stood still for/ },
  isolate: false,
};

/**
 * Of projects whose time is virtual, or which only compute: beside those in real time they get what these leave of the processor, so that
 * the time a test takes says nothing. Only one that hangs takes this long.
 */
const noTime = { testTimeout: 120_000 };

/**
 * One project for each layer of tests; they run one after the other, the quick ones first. Where there are many files, those that share a
 * process share what it has loaded (`isolate: false`), which is a third of the work; no file may leave anything behind.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['test/consumer.test.ts'],
          ...noTime,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'consumer',
          include: ['test/consumer.test.ts'],
          testTimeout: 120_000,
          sequence: { groupOrder: 7 },
        },
      },
      {
        test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], ...noTime, sequence: { groupOrder: 2 } },
      },
      {
        // The examples import the package by its name; here that is the source and not the build.
        resolve: {
          alias: [
            { find: /^offhook\/testing\/vitest$/, replacement: `${import.meta.dirname}/src/testing-vitest.ts` },
            { find: /^offhook\/testing$/, replacement: `${import.meta.dirname}/src/testing.ts` },
            { find: /^offhook$/, replacement: `${import.meta.dirname}/src/index.ts` },
          ],
        },
        test: {
          name: 'examples',
          include: ['examples/testing/*.test.ts', 'test/examples/**/*.test.ts', 'test/types/**/*.test.ts'],
          ...realTime,
          testTimeout: 30_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          // In virtual time.
          name: 'contract',
          include: ['test/contract/{fake,network}.test.ts'],
          setupFiles: ['test/support/leaks.ts'],
          ...noTime,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'loopback',
          include: ['test/contract/**/*.test.ts'],
          exclude: ['test/contract/{fake,network}.test.ts'],
          ...realTime,
          testTimeout: 60_000,
          // They wait for sockets most of the time.
          maxWorkers: 3,
          sequence: { groupOrder: 9 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: ['test/integration/{network,races}/**'],
          ...realTime,
          testTimeout: 60_000,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          // In virtual time.
          name: 'network',
          include: ['test/integration/{network,races}/**/*.test.ts'],
          setupFiles: ['test/support/leaks.ts'],
          ...noTime,
          isolate: false,
          sequence: { groupOrder: 8 },
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          ...realTime,
          testTimeout: 120_000,
          sequence: { groupOrder: 6 },
        },
      },
    ],
    maxWorkers: 2,
    passWithNoTests: false,
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
});
