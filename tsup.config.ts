import { defineConfig } from 'tsup';

/** What a program imports. */
const entries = { index: 'src/index.ts', testing: 'src/testing.ts', 'testing-vitest': 'src/testing-vitest.ts' };

export default defineConfig({
  entry: {
    ...entries,
    'media-worker': 'src/media/worker/media-worker.ts',
    'flite-worker': 'src/speech/flite/flite-worker.ts',
  },
  format: 'esm',
  target: 'node22',
  platform: 'node',
  dts: { entry: entries },
  // The entries and the worker share chunks, so that there is one copy of `Hangup`.
  splitting: true,
  // Inlined because its hundred small modules cost ten times as long to load as one (see docs/architecture.md).
  noExternal: [/^sip\.js/],
  removeNodeProtocol: false,
  // Less to read when it is imported: without comments it is half as long. Names stay as they are, for stack traces.
  esbuildOptions(options) {
    options.minifyWhitespace = true;
    options.lineLimit = 200;
  },
  clean: true,
});
