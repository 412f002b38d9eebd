import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channel/channel.ts';
import { errorOf, expectCode, type Stage } from './laws.ts';

type Misuse = readonly [what: string, run: (channel: Channel) => Promise<unknown>];

const MISUSES: readonly Misuse[] = [
  ['a silence that is none', (channel) => channel.speechDetector.waitForSilence({ duration: 199 })],
  ['a silence of no length', (channel) => channel.speechDetector.waitForSilence({ duration: Number.NaN })],
  ['a wrong option for silence', (channel) => channel.speechDetector.waitForSilence({ length: 500 } as object)],
  ['a wrong option for speech', (channel) => channel.speechDetector.waitForSpeech({ duration: 500 } as object)],
  ['no tone', (channel) => channel.toneDetector.waitFor([])],
  ['a tone that is not known', (channel) => channel.toneDetector.waitFor('RINGING' as 'BUSY')],
  ['a tone that is not known among others', (channel) => channel.toneDetector.waitFor(['BUSY', 5 as never])],
  ['a wrong option for tones', (channel) => channel.toneDetector.waitFor('BUSY', { tones: 1 } as object)],
  ['a beep of no length', (channel) => channel.waitForAnswerMachine({ minBeep: -1 })],
  ['a silence that is text', (channel) => channel.waitForAnswerMachine({ noBeepSilence: '4' as never })],
  ['a wrong option for machines', (channel) => channel.waitForAnswerMachine({ beep: 180 } as object)],
];

/** What is heard of the far end. */
export function describeListening(stage: Stage): void {
  describe('the far end', () => {
    it('is heard when it begins to speak, and when it has been silent for a while', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const { speechDetector } = channel;
      const told: boolean[] = [];
      using _ = channel.on('speech', (speaking) => told.push(speaking));
      const both = Promise.all([speechDetector.waitForSpeech(), speechDetector.waitForSpeech({ timeout: 60_000 })]);
      await bearer.elapse(200);
      expect([speechDetector.isSpeaking, told]).toEqual([false, []]);
      await farEnd.talk();
      await bearer.settle(both);
      expect(speechDetector.isSpeaking).toBe(true);
      await bearer.settle(speechDetector.waitForSpeech());
      const began = bearer.clock.now();
      await bearer.settle(speechDetector.waitForSilence({ duration: 500 }));
      expect(bearer.clock.now() - began).toBeGreaterThan(1500);
      expect([speechDetector.isSpeaking, told[0], told.at(-1)]).toEqual([false, true, false]);
    });

    it('is silent for as long as was asked', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      const began = bearer.clock.now();
      await bearer.settle(channel.speechDetector.waitForSilence());
      expect(bearer.clock.now() - began).toBeGreaterThanOrEqual(990);
    });

    it('is heard to send a tone, which is no speech', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const told: string[] = [];
      using _tones = channel.on('tone', ({ isOver }) => told.push(isOver ? 'is over' : 'begins'));
      using _speech = channel.on('speech', () => told.push('speech'));
      const waiting = channel.toneDetector.waitFor(['CNG', 'BEEP'], { timeout: 60_000 });
      await bearer.elapse(40);
      await farEnd.speak(600);
      expect(await bearer.settle(waiting)).toBe('BEEP');
      await bearer.elapse(700);
      expect(told).toEqual(['begins', 'is over']);
    });

    it('is taken for a machine that records when nothing is heard', async () => {
      const { bearer } = stage;
      const { channel } = await stage.answered();
      expect(await bearer.settle(channel.waitForAnswerMachine({ noBeepSilence: 500 }))).toBe(true);
    });

    for (const [what, run] of MISUSES) {
      it(`is not listened to for ${what}: INVALID_ARGUMENT`, async () => {
        const { channel } = await stage.answered();
        expectCode(await errorOf(run(channel)), 'INVALID_ARGUMENT');
      });
    }
  });
}
