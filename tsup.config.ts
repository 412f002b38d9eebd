import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', testing: 'src/testing.ts', 'media-worker': 'src/media/worker/media-worker.ts' },
  format: 'esm',
  target: 'node22',
  platform: 'node',
  dts: { entry: { index: 'src/index.ts', testing: 'src/testing.ts' } },
  // Both entries and the worker share chunks, so that there is one copy of `Hangup`.
  splitting: true,
  // Inlined because its hundred small modules cost ten times as long to load as one (see docs/architecture.md).
  noExternal: [/^sip\.js/],
  removeNodeProtocol: false,
  clean: true,
});
