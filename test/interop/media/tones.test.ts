import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ToneManager } from '../../../src/index.ts';
import { encodeG711, type Law, PCMA, PCMU } from '../../../src/media/codec/g711.codec.ts';
import { ToneGenerator } from '../../../src/media/tone/tone.state.ts';
import { describeWithPeer } from '../../support/peers.ts';

/** The first second of a tone of Great Britain, as G.711. */
function second(name: string, law: Law): Uint8Array {
  const samples = new Int16Array(8000);
  new ToneGenerator(ToneManager.forCountry('GB').sequence(name), law).take(samples);
  const bytes = new Uint8Array(samples.length);
  encodeG711(law, samples, 0, bytes, 0, samples.length);
  return bytes;
}

function run(program: string, args: readonly string[], input: Uint8Array): string {
  const { stderr, status } = spawnSync(program, args, { input });
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stderr.toString();
}

/** What sox measures: a value of its effect `stat`. */
function measured(bytes: Uint8Array, encoding: string, effects: readonly string[], value: string): number {
  const raw = ['-t', 'raw', '-r', '8000', '-e', encoding, '-b', '8', '-c', '1', '-'];
  const lines = run('sox', ['-D', ...raw, '-n', ...effects, 'stat'], bytes).split('\n');
  return Number(lines.find((line) => line.startsWith(value))?.split(':')[1]);
}

describeWithPeer('sox', 'tones, as sox measures them', () => {
  it.each([
    ['mu-law', PCMU, 3.17],
    ['a-law', PCMA, 3.14],
  ] as const)('have the level that they say, in %s', (encoding, law, overload) => {
    // A sine at the overload point has an RMS of 0.7071.
    const rms = measured(second('DIAL', law), encoding, [], 'RMS     amplitude');
    const level = 20 * Math.log10(rms * Math.SQRT2) + overload;
    // Full scale is not quite the overload point in mu-law: 0.035 dB.
    expect(Math.abs(level + 10)).toBeLessThan(0.1);
  });

  it('have their frequencies and nothing besides', () => {
    const bytes = second('DIAL', PCMA);
    const all = measured(bytes, 'a-law', [], 'RMS     amplitude');
    const low = measured(bytes, 'a-law', ['sinc', '-n', '2001', '-395'], 'RMS     amplitude');
    const high = measured(bytes, 'a-law', ['sinc', '-n', '2001', '395'], 'RMS     amplitude');
    // Half of the energy each; the filter costs some of the first and last eighth of the second.
    expect(low ** 2 / all ** 2).toBeGreaterThan(0.4);
    expect(high ** 2 / all ** 2).toBeGreaterThan(0.4);
    const rest = measured(bytes, 'a-law', ['sinc', '-n', '2001', '600', 'trim', '0.3', '0.4'], 'RMS     amplitude');
    expect(rest / all).toBeLessThan(0.02);
  });

  it('keep their cadence: what is left without silence is the tone alone', () => {
    // Engaged: 375 ms on, 375 ms off, so a second has 625 ms of tone.
    const seconds = measured(
      second('BUSY', PCMA),
      'a-law',
      ['silence', '-l', '1', '0.01', '1%', '-1', '0.05', '1%'],
      'Length (seconds)',
    );
    expect(seconds).toBeGreaterThan(0.6);
    expect(seconds).toBeLessThan(0.75);
  });
});
