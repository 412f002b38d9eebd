import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toneWav } from '../../bench/tone-wav.ts';
import { type Channel, type JournalOptions, UserAgent } from '../../src/index.ts';
import { parseJournal, renderTimeline, replay } from '../../src/testing.ts';
import { until } from '../support/until.ts';

const LOOPBACK = { address: '127.0.0.1', port: 0 } as const;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offhook-journal-'));
  await writeFile(join(folder, 'pin.wav'), toneWav(440, 400));
  await writeFile(join(folder, 'thanks.wav'), toneWav(880, 5000));
  await writeFile(join(folder, 'hello.wav'), toneWav(600, 600));
});
afterEach(() => rm(folder, { recursive: true }));

/** What the flow came to: its results, as far as they do not depend on the time. */
interface Outcome {
  readonly pin: string;
  readonly recording: string;
  readonly hasSound: boolean | undefined;
  readonly code: string;
}

/** A voice box: two keys during or after the prompt, a message up to the silence after it, and thanks that nobody hears out. */
function voiceBox(outcomes: Partial<Outcome>[]): (channel: Channel) => Promise<void> {
  return async (channel) => {
    const outcome: { -readonly [Name in keyof Outcome]?: Outcome[Name] } = {};
    outcomes.push(outcome);
    await channel.answer();
    await channel.filePlayer.play('pin.wav', { bargeIn: true });
    outcome.pin = await channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 10_000 });
    outcome.recording = await channel.fileRecorder.record('message.wav', { maxSilence: 400, initialSilence: 8000 });
    outcome.hasSound = channel.fileRecorder.audioDetectedInRecording();
    try {
      await channel.filePlayer.play('thanks.wav');
    } catch (error) {
      outcome.code = (error as { readonly code: string }).code;
      throw error;
    }
  };
}

/** Somebody who presses keys, says something and hangs up in the middle of the thanks. */
async function visit(callee: UserAgent): Promise<void> {
  await using ua = await UserAgent.start({ ...LOOPBACK, mediaDirectory: folder });
  const channel = ua.channel();
  await channel.call(callee.uri);
  await channel.dtmfPlayer.play('42');
  // Gives the recording time to begin.
  await channel.sleep(300);
  await channel.filePlayer.play('hello.wav');
  await channel.sleep(1200);
  await channel.hangUp();
}

/** The text of the only journal, once its call is over. */
async function recordedCall(journal: Omit<JournalOptions, 'directory'>, outcomes: Partial<Outcome>[]): Promise<string> {
  const directory = join(folder, 'journals');
  await using ua = await UserAgent.start({ ...LOOPBACK, mediaDirectory: folder, journal: { directory, ...journal } });
  ua.onCall(voiceBox(outcomes));
  await visit(ua);
  await until('the end of the call', () => ua.channels.length === 0);
  await ua.stop();
  const [name = ''] = await readdir(directory);
  return readFile(join(directory, name), 'utf8');
}

/** What both ends did, each by itself: in real time one may be a little ahead of the other. */
function factsOf(text: string): object {
  const entries = parseJournal(text);
  return {
    pressed: entries.flatMap((entry) => (entry.kind === 'digit' ? [entry.digit, entry.by] : [])),
    did: entries.flatMap((entry): readonly unknown[] => {
      if (entry.kind === 'begin') return [entry.method, entry.arguments];
      if (entry.kind === 'done') return [entry.method, entry.result];
      if (entry.kind === 'failed') return [entry.method, entry.error.name];
      return entry.kind === 'recorded' ? [entry.cause, entry.sound] : [];
    }),
    ended: entries.flatMap((entry) => (entry.kind === 'ended' ? [entry.info.by] : [])),
  };
}

describe('the journal of a real call', () => {
  it.each([false, true])('can be replayed against the flow, audio: %s', async (audio) => {
    const outcomes: Partial<Outcome>[] = [];
    const text = await recordedCall({ audio }, outcomes);
    const entries = parseJournal(text);
    expect(entries.filter(({ kind }) => kind === 'recording').length, renderTimeline(entries)).toBe(audio ? 1 : 0);

    const again = replay(text);
    await again.run(voiceBox(outcomes));
    expect(outcomes).toEqual([
      { pin: '42', recording: 'SILENCE', hasSound: true, code: 'HANGUP' },
      { pin: '42', recording: 'SILENCE', hasSound: true, code: 'HANGUP' },
    ]);
    again.caller.assertAllDone();
    expect([again.caller.pressed, again.caller.ended?.by]).toEqual(['42', 'remote']);
    expect(factsOf(again.channel.journal.toJSONLines())).toEqual(factsOf(text));
  });

  it('is still whole when the program looks at it later, and says who called', async () => {
    const outcomes: Partial<Outcome>[] = [];
    const text = await recordedCall({ digits: 'masked' }, outcomes);
    expect(outcomes).toMatchObject([{ pin: '42' }]);
    const entries = parseJournal(text);
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'digit', digit: '?' }));
    expect(entries.at(-1)).toMatchObject({ kind: 'failed', method: 'filePlayer.play' });
    const call = entries.find((entry) => entry.kind === 'call');
    expect(call).toMatchObject({
      direction: 'inbound',
      from: expect.stringMatching(/^sip:offhook@127\.0\.0\.1/) as unknown,
    });
    expect(Date.parse(call?.kind === 'call' ? call.wall : '')).toBeGreaterThan(Date.parse('2026-01-01'));
  });
});
