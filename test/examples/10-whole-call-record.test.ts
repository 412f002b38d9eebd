import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFakeChannel } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { recordConversation } from '../../examples/10-whole-call-record.ts';
import { decodeTable, PCMU } from '../../src/media/codec/g711.codec.ts';
import { sizeOf } from '../support/size-of.ts';
import { strongestTone } from '../support/tone.ts';
import { until } from '../support/until.ts';
import { connectLine } from './line.ts';

const HEADER = 58;
const prompts = { 'leave-message.wav': 2_600, 'beep.wav': 400, 'goodbye.wav': 800 };

/** The samples of one side of a stereo µ-law file. */
function sideOf(wav: Uint8Array, channel: 0 | 1): Int16Array {
  const table = decodeTable(PCMU);
  const bytes = wav.subarray(HEADER).filter((_, index) => index % 2 === channel);
  return Int16Array.from(bytes, (byte) => table[byte] as number);
}

describe('examples/10-whole-call-record.ts', () => {
  it('records until #, with all that was played', async () => {
    const { channel, caller, files } = createFakeChannel({ prompts });
    const done = recordConversation(channel, 'call.wav');
    await caller.waitFor('play', 'beep.wav');
    await caller.silence(1_000);
    await caller.speak(2_000);
    await caller.press('#');
    expect(await done).toEqual({ file: 'call.wav', cause: 'ABORTED' });
    expect(sideOf(files.read('call.wav'), 0)).toHaveLength((2_600 + 1_000 + 2_000 + 800) * 8);
  });

  it('keeps the recording of a caller who hangs up', async () => {
    const { channel, caller, files } = createFakeChannel({ prompts });
    const done = recordConversation(channel, 'call.wav');
    await caller.waitFor('play', 'beep.wav');
    await caller.hangUp();
    expect(await done).toEqual({ file: 'call.wav', cause: 'HANGUP' });
    expect(sideOf(files.read('call.wav'), 1)).toHaveLength(2_600 * 8);
  });

  it('has a caller over the network on the left and the prompts on the right', async () => {
    await using line = await connectLine((channel) => recordConversation(channel, 'call.wav'));
    const file = join(line.callee.folder, 'call.wav');
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    await channel.filePlayer.play('enter-pin.wav');
    await channel.dtmfPlayer.play('#');
    expect(await line.result).toEqual({ file: 'call.wav', cause: 'ABORTED' });
    await until('the recording', async () => (await sizeOf(file)) > HEADER);
    const wav = await readFile(file);
    const [left, right] = [sideOf(wav, 0), sideOf(wav, 1)];
    for (const frequency of [700, 800]) {
      expect(strongestTone(right, 8000, frequency, 40)).toBeGreaterThan(0.9);
      expect(strongestTone(left, 8000, frequency, 40)).toBeLessThan(0.1);
    }
    expect(strongestTone(left, 8000, 600, 40)).toBeGreaterThan(0.9);
    expect(strongestTone(right, 8000, 600, 40)).toBeLessThan(0.1);
  });
});
