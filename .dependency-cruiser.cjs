// The layers of docs/architecture.md, as rules. test/unit/layers.test.ts proves that each of them catches what it forbids.
const { builtinModules } = require('node:module');

const PURE = '\\.(state|codec)\\.ts$';
const ENTRY = '^src/(index|testing|testing-vitest)\\.ts$';
/** Where user agents are put on the network in memory. */
const STACK = '^src/testing/network/stack/';
const PORTS =
  '^src/channel/((signaling|media|play|record|listen|tap|mix)-port|playback/media-services|recordings/audio-facts)\\.ts$';
const SPEECH_PORTS = '^src/channel/(play-port|playback/(media-services|speech-(options|provider)))\\.ts$';
const STORAGE_PORT = '^src/channel/recordings/recording-storage\\.ts$';
const PACKAGES = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];
const BUILTINS = `^(node:)?(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`;

const error = 'error';

/** A package that one place of the tree may import, so that replacing it is a folder and not a hunt. */
const onlyIn = (name, packagePath, home) => ({
  name,
  severity: error,
  from: { path: '^src/', pathNot: home },
  to: { path: `node_modules/${packagePath}/` },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: error,
      from: { path: '^src/', pathNot: '^src/channel/' },
      to: { circular: true },
    },
    {
      // What one channel does with another one names the class that it is part of; types are gone when the program runs.
      name: 'no-circular-values-in-channel',
      severity: error,
      from: { path: '^src/channel/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: error,
      from: { orphan: true, path: '^src/', pathNot: [ENTRY] },
      to: {},
    },
    { name: 'everything-resolves', severity: error, from: { path: '^src/' }, to: { couldNotResolve: true } },
    {
      name: 'leaves-import-nothing-above',
      severity: error,
      from: { path: '^src/[^/]+\\.ts$', pathNot: ENTRY },
      to: { path: ['^src/(channel|media|sip|speech|storage|testing)/', ENTRY] },
    },
    {
      name: 'sip-and-media-are-siblings',
      severity: error,
      from: { path: '^src/(media|sip)/' },
      to: { path: '^src/(media|sip)/', pathNot: '^src/$1/' },
    },
    {
      name: 'nothing-below-imports-channel',
      severity: error,
      from: { path: '^src/(media|sip)/' },
      to: { path: ['^src/channel/', ENTRY], pathNot: PORTS },
    },
    {
      name: 'ports-are-imported-as-types',
      severity: error,
      from: { path: '^src/(media|sip)/' },
      to: { path: PORTS, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-one-place-wires-sip-and-media',
      severity: error,
      from: { path: ['^src/channel/', ENTRY], pathNot: '^src/channel/(platform|start-call-host)\\.ts$' },
      to: { path: '^src/(media|sip)/' },
    },
    {
      name: 'speech-is-a-sibling',
      severity: error,
      from: { path: '^src/speech/' },
      to: { path: '^src/(media|sip)/' },
    },
    {
      name: 'siblings-know-no-speech',
      severity: error,
      from: { path: '^src/(media|sip)/' },
      to: { path: '^src/speech/' },
    },
    {
      name: 'speech-knows-types-of-channel',
      severity: error,
      from: { path: '^src/speech/' },
      to: { path: ['^src/(channel|testing)/', ENTRY], pathNot: SPEECH_PORTS },
    },
    {
      name: 'speech-ports-are-imported-as-types',
      severity: error,
      from: { path: '^src/speech/' },
      to: { path: SPEECH_PORTS, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-one-place-wires-speech',
      comment: 'The providers that a program can choose are public.',
      severity: error,
      from: { path: ['^src/(channel|testing)/', ENTRY], pathNot: '^src/channel/start-call-host\\.ts$' },
      to: { path: '^src/speech/', pathNot: '^src/speech/provider/(command|espeak|http)-speech\\.ts$' },
    },
    {
      name: 'storage-is-a-sibling',
      severity: error,
      from: { path: '^src/storage/' },
      to: { path: '^src/(media|sip|speech|testing)/' },
    },
    {
      name: 'storage-knows-one-type-of-channel',
      severity: error,
      from: { path: '^src/storage/' },
      to: { path: ['^src/channel/', ENTRY], pathNot: STORAGE_PORT },
    },
    {
      name: 'storage-port-is-imported-as-types',
      severity: error,
      from: { path: '^src/storage/' },
      to: { path: STORAGE_PORT, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-knows-which-storage',
      comment: 'The program chooses one and hands it over.',
      severity: error,
      from: { path: '^src/', pathNot: ['^src/storage/', '^src/index\\.ts$'] },
      to: { path: '^src/storage/' },
    },
    {
      name: 'fakes-know-no-stack',
      comment: 'What is pure, the header of a WAV file for example, fakes may use.',
      severity: error,
      from: { path: '^src/testing/', pathNot: '^src/testing/network/' },
      to: { path: '^src/(media|sip)/', pathNot: PURE, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'user-agents-are-loaded-late',
      comment: 'The network in memory loads the stacks when the first user agent is started on it, and not before.',
      severity: error,
      from: { path: '^src/testing', pathNot: STACK },
      to: {
        path: ['^src/channel/(platform|start-call-host)\\.ts$', '^src/(media|sip)/', STACK],
        pathNot: PURE,
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'nothing-imports-an-entry',
      severity: error,
      from: { path: '^src/' },
      to: { path: ENTRY },
    },
    {
      name: 'pure-files-import-no-module-of-node',
      severity: error,
      from: { path: `^src/.*${PURE}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-files-import-no-package',
      severity: error,
      from: { path: `^src/.*${PURE}` },
      to: { dependencyTypes: PACKAGES },
    },
    {
      name: 'pure-files-import-no-clock',
      severity: error,
      from: { path: `^src/.*${PURE}` },
      to: { path: '^src/(clock|virtual-clock|operation|events)\\.ts$' },
    },
    {
      name: 'pure-files-reach-no-shell',
      severity: error,
      from: { path: `^src/.*${PURE}` },
      to: { reachable: true, path: [BUILTINS, 'node_modules/'] },
    },
    onlyIn('sip.js-only-in-its-adapter', 'sip\\.js', '^src/sip/sipjs/'),
    onlyIn('eventemitter3-only-in-events', 'eventemitter3', '^src/events\\.ts$'),
    onlyIn('vitest-only-in-its-entry', 'vitest', '^src/testing-vitest\\.ts$'),
    onlyIn('speex-resampler-only-in-one-file', 'speex-resampler', '^src/media/wav/resampler\\.ts$'),
    onlyIn('prism-media-only-in-its-folder', 'prism-media', '^src/media/source/'),
    onlyIn('aws4fetch-only-in-one-file', 'aws4fetch', '^src/storage/s3-client\\.ts$'),
    {
      name: 'no-further-package',
      severity: error,
      from: { path: '^src/' },
      to: {
        dependencyTypes: PACKAGES,
        pathNot: 'node_modules/(sip\\.js|eventemitter3|prism-media|speex-resampler|vitest|aws4fetch)/',
      },
    },
    {
      name: 'time-comes-from-the-clock',
      severity: error,
      from: { path: '^src/', pathNot: '^src/(clock|testing/clock/[^/]+)\\.ts$' },
      to: { path: '^(node:)?(timers|timers/promises|perf_hooks)$' },
    },
    ...[
      ['dgram', ['^src/sip/transport/system-udp\\.ts$', '^src/media/worker/dgram-packet-io\\.ts$']],
      // The last only asks it whether a text is an address.
      ['net', '^src/(sip/transport/system-(tcp|udp)|channel/user-agent-options)\\.ts$'],
      ['dns/promises', '^src/sip/transport/(host|service)-lookup\\.ts$'],
      ['worker_threads', '^src/(media/worker|speech/flite)/'],
      [
        'fs(/promises)?',
        '^src/(move-file|channel/(media-directory|files/disk-file-store|recordings/(local-(file|storage)|temporary-copies)|journal/journal-(directory|file)|sounds/sound-directory)|media/wav/(wav-(file|source)|prompt-cache)|media/source/(ffmpeg-program|opus-file)|speech/(speech-cache|flite/flite-program)|testing/fake/disk-files)\\.ts$',
      ],
      ['child_process', '^src/speech/provider/command-speech\\.ts$'],
      ['(tls|http|https|http2|cluster|dns)', '^$'],
    ].map(([module, home]) => ({
      name: `shell-of-${module.replace(/\W.*$/, '') || 'others'}`,
      comment: 'Whoever looks for the input and output of offhook finds it in these files and nowhere else.',
      severity: error,
      from: { path: '^src/', pathNot: home },
      to: { path: `^(node:)?${module}$` },
    })),
    {
      name: 'testing-is-not-in-the-main-entry',
      severity: error,
      from: { path: '^src/', pathNot: '^src/(testing(-vitest)?\\.ts$|testing/)' },
      to: { path: '^src/testing/' },
    },
    {
      // What they load in the end is measured: test/unit/testing/what-is-loaded.test.ts. A fake user agent is the class that could start stacks.
      name: 'fakes-load-no-network',
      severity: error,
      from: { path: '^src/testing/', pathNot: '^src/testing/network/' },
      to: { path: ['node_modules/(sip\\.js|werift)/', '^(node:)?(dgram|net|tls|worker_threads)$'] },
    },
    {
      name: 'source-imports-no-test',
      severity: error,
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|scripts)/' },
    },
    {
      name: 'examples-use-the-public-entries',
      severity: error,
      from: { path: '^examples/' },
      to: { path: '^src/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
