import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { tonesOf } from '../../../src/keypad.ts';
import { decodeG711, PCMA, PCMU } from '../../../src/media/codec/g711.codec.ts';
import { InbandDetector } from '../../../src/media/dtmf/inband-detector.state.ts';
import { describeWithPeer } from '../../support/peers.ts';

const KEYS = '123A456B789C*0#D';

/** What a detector hears in G.711 bytes. */
function hear(bytes: Uint8Array, law: typeof PCMU | typeof PCMA): string {
  const detector = new InbandDetector();
  const frame = new Int16Array(160);
  let heard = '';
  for (let at = 0; at + 160 <= bytes.length; at += 160) {
    decodeG711(law, bytes, at, frame, 0, 160);
    heard += detector.frame(frame);
  }
  return heard;
}

function run(program: string, args: readonly string[]): Uint8Array {
  const { stdout, stderr, status } = spawnSync(program, args, { maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}

/** Keys of 45 ms with pauses of 45 ms, made, mixed and encoded by sox. */
function bySox(encoding: string, effects: readonly string[]): Uint8Array {
  const pairs = [...KEYS].map((key) => {
    const { low, high } = tonesOf(key) ?? { low: 0, high: 0 };
    return `|sox -n -r 8000 -p synth 0.045 sine ${low} synth 0.045 sine mix ${high} gain -6 pad 0 0.045`;
  });
  return run('sox', [
    '-D',
    ...pairs,
    '-t',
    'raw',
    '-r',
    '8000',
    '-e',
    encoding,
    '-c',
    '1',
    '-',
    'pad',
    '0.033',
    '0.1',
    ...effects,
  ]);
}

describeWithPeer('sox', 'keys from sox', () => {
  it.each([
    ['mu-law', PCMU],
    ['a-law', PCMA],
  ] as const)('as it encodes them, in %s', (encoding, law) => {
    expect(hear(bySox(encoding, []), law)).toBe(KEYS);
  });

  it.each([
    ['cut to the band of a telephone', ['sinc', '300-3400']],
    ['quiet', ['gain', '-15']],
    ['with an echo', ['echo', '1', '0.9', '30', '0.15']],
  ])('%s', (_name, effects) => {
    expect(hear(bySox('mu-law', effects), PCMU)).toBe(KEYS);
  });
});

describeWithPeer('ffmpeg', 'keys from ffmpeg', () => {
  describe.each(['pcm_mulaw', 'pcm_alaw'])('in %s', (codec) => {
    it.each([...KEYS])('%s', (key) => {
      const { low, high } = tonesOf(key) ?? { low: 0, high: 0 };
      const tones = `aevalsrc=0.3*sin(2*PI*${low}*t)+0.3*sin(2*PI*${high}*t):s=8000:d=0.06,adelay=47,apad=pad_dur=0.1`;
      const format = codec === 'pcm_mulaw' ? 'mulaw' : 'alaw';
      const bytes = run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', tones, '-c:a', codec, '-f', format, '-']);
      expect(hear(bytes, codec === 'pcm_mulaw' ? PCMU : PCMA)).toBe(key);
    });
  });
});
