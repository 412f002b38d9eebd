import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';

interface Configuration {
  readonly forbidden: readonly IForbiddenRuleType[];
  readonly options: Record<string, unknown>;
}

const configuration = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as Configuration;

/** Path in a tree → what it imports. */
type Tree = Readonly<Record<string, string>>;

const uses = (specifier: string): string => `import { x } from '${specifier}';\nexport const y = x;\n`;
const usesType = (specifier: string): string => `import type { X } from '${specifier}';\nexport type Y = X;\n`;
const EMPTY = 'export const x = 1;\nexport type X = number;\n';

/** What holds in a tree that keeps all rules. */
const CLEAN: Tree = {
  'src/errors.ts': EMPTY,
  'src/clock.ts': uses('./errors.ts'),
  'src/events.ts': uses('eventemitter3'),
  'src/channel/journal/journal-file.ts': uses('node:fs/promises'),
  'src/channel/signaling-port.ts': usesType('../errors.ts'),
  'src/testing/fake/fake-channel.ts': uses('../../errors.ts'),
  'src/channel/start-call-host.ts': `${uses('../sip/transport/system-udp.ts')}export { x as z } from '../media/tone.codec.ts';\n`,
  'src/channel/user-agent.ts': uses('./start-call-host.ts'),
  'src/channel/part.ts': usesType('./whole.ts'),
  'src/channel/whole.ts': uses('./part.ts'),
  'src/testing/network/test-network.ts': "export const x = () => import('./stack/start.ts');\n",
  'src/testing/network/stack/start.ts': uses('../../../channel/user-agent.ts'),
  'src/sip/transport/system-udp.ts': `${uses('node:dgram')}${usesType('../../channel/signaling-port.ts').replace('Y', 'Z')}`,
  'src/sip/sipjs/core.ts': uses('sip.js'),
  'src/speech/provider/command-speech.ts': `${uses('node:child_process')}${usesType('../../channel/playback/speech-provider.ts').replace('Y', 'Z')}`,
  'src/channel/playback/speech-provider.ts': EMPTY,
  'src/media/tone.codec.ts': uses('../errors.ts'),
  'src/media/wav/resampler.ts': uses('speex-resampler'),
  'src/media/source/ffmpeg-process.ts': `${uses('prism-media')}${usesType('../../channel/playback/media-services.ts').replace('Y', 'Z')}`,
  'src/channel/playback/media-services.ts': usesType('../../errors.ts'),
  'src/index.ts': uses('./channel/user-agent.ts'),
  'src/testing.ts': `${uses('./testing/fake/fake-channel.ts')}export { x as network } from './testing/network/test-network.ts';\n`,
};

/** For each rule one tree that breaks it. */
const BROKEN: Readonly<Record<string, Tree>> = {
  'no-circular': { 'src/sip/a.ts': uses('./b.ts'), 'src/sip/b.ts': uses('./a.ts') },
  'no-circular-values-in-channel': { 'src/channel/a.ts': uses('./b.ts'), 'src/channel/b.ts': uses('./a.ts') },
  'no-orphans': { 'src/sip/alone.ts': EMPTY },
  'everything-resolves': { 'src/sip/a.ts': uses('./missing.ts') },
  'leaves-import-nothing-above': { 'src/logger.ts': uses('./sip/a.ts'), 'src/sip/a.ts': EMPTY },
  'sip-and-media-are-siblings': { 'src/sip/a.ts': usesType('../media/a.ts'), 'src/media/a.ts': EMPTY },
  'nothing-below-imports-channel': { 'src/media/a.ts': usesType('../channel/state.ts'), 'src/channel/state.ts': EMPTY },
  'ports-are-imported-as-types': {
    'src/media/a.ts': uses('../channel/media-port.ts'),
    'src/channel/media-port.ts': EMPTY,
  },
  'only-one-place-wires-sip-and-media': { 'src/channel/channel.ts': usesType('../sip/a.ts'), 'src/sip/a.ts': EMPTY },
  'storage-is-a-sibling': { 'src/storage/a.ts': usesType('../media/a.ts'), 'src/media/a.ts': EMPTY },
  'storage-knows-one-type-of-channel': {
    'src/storage/a.ts': usesType('../channel/recordings/recordings.ts'),
    'src/channel/recordings/recordings.ts': EMPTY,
  },
  'storage-port-is-imported-as-types': {
    'src/storage/a.ts': uses('../channel/recordings/recording-storage.ts'),
    'src/channel/recordings/recording-storage.ts': EMPTY,
  },
  'nothing-knows-which-storage': {
    'src/channel/channel.ts': usesType('../storage/a.ts'),
    'src/storage/a.ts': EMPTY,
  },
  'aws4fetch-only-in-one-file': { 'src/storage/a.ts': usesType('aws4fetch') },
  'speech-is-a-sibling': { 'src/speech/a.ts': usesType('../media/a.ts'), 'src/media/a.ts': EMPTY },
  'siblings-know-no-speech': { 'src/sip/a.ts': usesType('../speech/a.ts'), 'src/speech/a.ts': EMPTY },
  'speech-knows-types-of-channel': {
    'src/speech/a.ts': usesType('../channel/state.ts'),
    'src/channel/state.ts': EMPTY,
  },
  'speech-ports-are-imported-as-types': {
    'src/speech/a.ts': uses('../channel/play-port.ts'),
    'src/channel/play-port.ts': EMPTY,
  },
  'only-one-place-wires-speech': { 'src/channel/channel.ts': usesType('../speech/a.ts'), 'src/speech/a.ts': EMPTY },
  'fakes-know-no-stack': { 'src/testing/fake/fake-channel.ts': uses('../../media/a.ts'), 'src/media/a.ts': EMPTY },
  'user-agents-are-loaded-late': { 'src/testing/network/test-network.ts': uses('./stack/start.ts') },
  'nothing-imports-an-entry': { 'src/channel/channel.ts': uses('../index.ts') },
  'pure-files-import-no-module-of-node': { 'src/sip/a.codec.ts': uses('node:util') },
  'pure-files-import-no-package': { 'src/media/a.state.ts': uses('eventemitter3') },
  'pure-files-import-no-clock': { 'src/media/a.state.ts': usesType('../clock.ts') },
  'pure-files-reach-no-shell': { 'src/sip/a.state.ts': uses('./b.ts'), 'src/sip/b.ts': uses('node:dgram') },
  'sip.js-only-in-its-adapter': { 'src/sip/a.ts': usesType('sip.js') },
  'eventemitter3-only-in-events': { 'src/channel/channel.ts': uses('eventemitter3') },
  'speex-resampler-only-in-one-file': { 'src/media/a.ts': uses('speex-resampler') },
  'prism-media-only-in-its-folder': { 'src/media/a.ts': usesType('prism-media') },
  'vitest-only-in-its-entry': { 'src/testing/matchers/matchers.ts': uses('vitest') },
  'no-further-package': { 'src/media/a.ts': uses('werift') },
  'time-comes-from-the-clock': { 'src/media/a.ts': uses('node:timers/promises') },
  'shell-of-dgram': { 'src/sip/a.ts': uses('node:dgram') },
  'shell-of-net': { 'src/channel/channel.ts': usesType('net') },
  'shell-of-dns': { 'src/sip/a.ts': uses('node:dns/promises') },
  'shell-of-worker_threads': { 'src/channel/channel.ts': uses('node:worker_threads') },
  'shell-of-fs': { 'src/channel/channel.ts': uses('node:fs/promises') },
  'shell-of-child_process': { 'src/media/a.ts': uses('node:child_process') },
  'shell-of-others': { 'src/media/a.ts': uses('node:http') },
  'testing-is-not-in-the-main-entry': { 'src/channel/user-agent.ts': uses('../testing/fake/fake-channel.ts') },
  'fakes-load-no-network': { 'src/testing/fake/fake-channel.ts': uses('node:dgram') },
  'source-imports-no-test': { 'src/channel/channel.ts': uses('../../test/support/a.ts'), 'test/support/a.ts': EMPTY },
  'examples-use-the-public-entries': { 'examples/demo.ts': uses('../src/errors.ts') },
};

const PACKAGES = ['aws4fetch', 'sip.js', 'eventemitter3', 'prism-media', 'speex-resampler', 'vitest', 'werift'];

async function write(root: string, files: Tree): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function violated(planted: Tree): Promise<Set<string>> {
  const root = await mkdtemp(join(tmpdir(), 'offhook-layers-'));
  try {
    const packages = PACKAGES.flatMap((name) => [
      [`node_modules/${name}/index.js`, 'export const x = 1;\n'],
      [`node_modules/${name}/package.json`, JSON.stringify({ name, type: 'module', main: 'index.js' })],
    ]);
    const manifest = { type: 'module', dependencies: Object.fromEntries(PACKAGES.map((name) => [name, '*'])) };
    await write(root, {
      ...Object.fromEntries(packages),
      'package.json': JSON.stringify(manifest),
      ...CLEAN,
      'examples/answer.ts': EMPTY,
      ...planted,
    });
    const { output } = await cruise(['src', 'examples'], {
      ...configuration.options,
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: [...configuration.forbidden] },
    });
    return new Set((output as ICruiseResult).summary.violations.map((violation) => violation.rule.name));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

describe('the rules of the layers', () => {
  it('leave a tree in peace that keeps them', async () => {
    expect([...(await violated({}))]).toEqual([]);
  });

  it('have a planted violation each', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(configuration.forbidden.map((rule) => rule.name).sort());
  });

  it.each(Object.entries(BROKEN))('%s catches its planted violation', async (name, planted) => {
    expect([...(await violated(planted))]).toContain(name);
  });
});
