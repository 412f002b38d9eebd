import { describe, expect, it } from 'vitest';
import type { AudioPipe, AudioRate } from '../../src/index.ts';
import { strongestTone } from '../support/tone.ts';
import type { Arrival, Bearer } from './bearer.ts';
import { errorOf, expectCode, expectHangup, forgotten, type Stage } from './laws.ts';

const RATES: readonly AudioRate[] = [8000, 16_000, 24_000, 48_000];

/** A tone, as samples. */
function tone(ms: number, rate = 8000, hertz = 440): Int16Array {
  return Int16Array.from(
    { length: (ms * rate) / 1000 },
    (_, index) => 9000 * Math.sin((2 * Math.PI * hertz * index) / rate),
  );
}

/** What comes next, for so long. */
async function read(bearer: Bearer, stream: ReadableStream<Int16Array>, ms: number, rate: number): Promise<Int16Array> {
  const reader = stream.getReader();
  const all: number[] = [];
  while (all.length < (ms * rate) / 1000) {
    const { done, value } = await bearer.settle(reader.read());
    if (done) break;
    all.push(...value);
  }
  reader.releaseLock();
  return Int16Array.from(all);
}

/** What the streams of samples of a call promise. */
export function describeAudioStreams(stage: Stage): void {
  const open = async (options = {}): Promise<Arrival & { readonly pipe: AudioPipe }> => {
    const call = await stage.answered();
    return { ...call, pipe: call.channel.audio.open(options) };
  };

  describe('the audio of a call as streams', () => {
    it.each(RATES)('gives what the far end says at %i Hz, in time', async (sampleRate) => {
      const { bearer } = stage;
      const { pipe, farEnd } = await open({ sampleRate, frameMs: 40 });
      const { readable } = pipe;
      // A machine that is busy may lose some of it, in real time: there is more of it then.
      const ms = bearer.isRealTime ? 2000 : 800;
      await farEnd.speak(ms);
      const heard = await read(bearer, readable, ms, sampleRate);
      expect(heard).toHaveLength((ms * sampleRate) / 1000);
      expect(strongestTone(heard, sampleRate, 440, 100)).toBeGreaterThan(0.97);
      await bearer.settle(pipe.close());
      expect(await bearer.settle(readable.getReader().read())).toEqual({ done: true, value: undefined });
      await bearer.elapse(400);
    });

    it.each(RATES)('sends what is written at %i Hz', async (sampleRate) => {
      const { bearer } = stage;
      const { pipe, farEnd } = await open({ sampleRate });
      const ear = await farEnd.listen();
      const writer = pipe.writable.getWriter();
      const samples = tone(600, sampleRate);
      await bearer.settle(writer.write(samples.subarray(0, samples.length / 2)));
      await bearer.settle(writer.write(new Uint8Array(samples.buffer, samples.byteLength / 2)));
      expect(await bearer.settle(pipe.mark('all'))).toBe('played');
      expect([pipe.aheadMs, pipe.playedMs]).toEqual([0, 600]);
      const heard = await bearer.settle(ear.heardMs());
      expect(Math.abs(heard - 600)).toBeLessThanOrEqual(bearer.slack);
    });

    it('takes no more than a second ahead', async () => {
      const { bearer } = stage;
      const { pipe } = await open();
      const writer = pipe.writable.getWriter();
      const writing = writer.write(tone(60_000));
      await bearer.elapse(100);
      expect(writer.desiredSize).toBeLessThanOrEqual(0);
      expect(pipe.aheadMs).toBeGreaterThan(58_000);
      expect(await bearer.settle(pipe.clear())).toBeGreaterThan(58_000);
      await bearer.settle(writing);
      expect(writer.desiredSize).toBe(200);
    });

    it('drops what was written, reports the marks behind it, and goes on with what is written then', async () => {
      const { bearer } = stage;
      const { pipe, farEnd } = await open();
      const ear = await farEnd.listen();
      const writer = pipe.writable.getWriter();
      await bearer.settle(writer.write(tone(100)));
      const reached = pipe.mark('reached');
      void writer.write(tone(5000));
      const missed = pipe.mark('missed');
      expect(await bearer.settle(reached)).toBe('played');
      const dropped = await bearer.settle(pipe.clear());
      expect(await bearer.settle(missed)).toBe('cleared');
      expect(pipe.aheadMs).toBe(0);
      expect(dropped + pipe.playedMs).toBeCloseTo(5100, 3);
      await bearer.settle(writer.write(tone(200)));
      expect(await bearer.settle(pipe.mark('after'))).toBe('played');
      expect(pipe.playedMs).toBeCloseTo(5300 - dropped, 3);
      const heard = await bearer.settle(ear.heardMs());
      expect(Math.abs(heard - pipe.playedMs)).toBeLessThanOrEqual(bearer.slack);
    });

    it('has the turn while something is left to be sent, and lets prompts be played in between', async () => {
      const { bearer } = stage;
      const { channel, pipe } = await open();
      const writer = pipe.writable.getWriter();
      await bearer.settle(writer.write(tone(300)));
      expectCode(await errorOf(bearer.settle(channel.filePlayer.play(bearer.prompt.file))), 'BUSY');
      await bearer.settle(pipe.mark('said'));
      expect(await bearer.settle(channel.filePlayer.play(bearer.prompt.file))).toBe('NORMAL');
      await bearer.settle(writer.write(tone(40)));
      expect(await bearer.settle(pipe.mark('again'))).toBe('played');
      await bearer.settle(channel.filePlayer.start(bearer.longPrompt));
      const mark = pipe.mark('before');
      const writing = writer.write(tone(40));
      const late = pipe.mark('never');
      expectCode(await errorOf(bearer.settle(writing)), 'BUSY');
      expect(await bearer.settle(Promise.all([mark, late]))).toEqual(['played', 'cleared']);
    });

    it('lets everything be sent that was written before it was closed, and then writes anew', async () => {
      const { bearer } = stage;
      const { channel, farEnd } = await stage.answered();
      const ear = await farEnd.listen();
      const first = channel.audio.writable;
      const writer = first.getWriter();
      await bearer.settle(writer.write(tone(300)));
      await bearer.settle(writer.close());
      expect(channel.audio.writable).not.toBe(first);
      expect(channel.audio.writable).toBe(channel.audio.writable);
      await bearer.settle(channel.audio.writable.getWriter().write(tone(100)));
      await bearer.elapse(200);
      expect(Math.abs((await bearer.settle(ear.heardMs())) - 400)).toBeLessThanOrEqual(bearer.slack);
    });

    it('loses what nobody reads for two seconds, and says how much', async () => {
      const { bearer } = stage;
      if (bearer.isRealTime) return;
      const { channel, pipe } = await open();
      const { readable } = pipe;
      await bearer.elapse(5000);
      expect(pipe.dropped).toBeGreaterThan(2900);
      expect(pipe.dropped).toBeLessThan(3100);
      expect(channel.audio.dropped).toBe(pipe.dropped);
      await bearer.settle(channel.hangUp());
      const rest = await read(bearer, readable, 10_000, 8000);
      expect(rest).toHaveLength(2000 * 8);
    });

    it('ends with the call: what is read closes, what is written fails, marks reject', async () => {
      const { bearer } = stage;
      const { channel, farEnd, pipe } = await open();
      const unhandled = await forgotten(async () => {
        const reading = pipe.readable.getReader();
        const other = channel.audio.readable.getReader();
        const writer = pipe.writable.getWriter();
        const writing = writer.write(tone(60_000));
        void writer.write(tone(1000));
        const marked = pipe.mark('never');
        void pipe.mark('forgotten');
        await bearer.elapse(100);
        await farEnd.hangUp();
        expectHangup(await errorOf(bearer.settle(writing)));
        expectHangup(await errorOf(bearer.settle(marked)));
        expectHangup(await errorOf(bearer.settle(writer.closed)));
        for (const reader of [reading, other]) {
          let left = 0;
          while (!(await bearer.settle(reader.read())).done) left++;
          expect(left).toBeLessThan(20);
        }
        expectHangup(await errorOf(bearer.settle(pipe.clear())));
        expect(() => channel.audio.readable).toThrow();
        await bearer.settle(pipe.close());
      });
      expect(unhandled).toEqual([]);
    });

    it('ends with its signal, and refuses what makes no sense', async () => {
      const { bearer } = stage;
      const abort = new AbortController();
      const { channel, pipe } = await open({ signal: abort.signal });
      const reader = pipe.readable.getReader();
      const writing = pipe.writable.getWriter().write(tone(5000));
      await bearer.elapse(40);
      const why = new Error('enough');
      abort.abort(why);
      expect(await errorOf(bearer.settle(writing))).toBe(why);
      expect(await errorOf(bearer.settle(reader.read()))).toBe(why);
      const { audio } = channel;
      for (const wrong of [{ sampleRate: 11_025 }, { frameMs: 30 }, { frameMs: 0 }, { rate: 8000 }, { signal: 1 }]) {
        expectCode(await errorOf((async () => audio.open(wrong as object))()), 'INVALID_ARGUMENT');
      }
      expect(() => audio.open({ signal: AbortSignal.abort(why) })).toThrow(why);
      const writer = audio.writable.getWriter();
      expectCode(await errorOf(bearer.settle(writer.write('text' as never))), 'INVALID_ARGUMENT');
    });

    it('needs an answered call', async () => {
      const { channel } = await stage.bearer.incoming();
      expectCode(await errorOf((async () => channel.audio.open())()), 'INVALID_STATE');
      expectCode(await errorOf((async () => channel.audio.readable)()), 'INVALID_STATE');
      const over = await stage.over();
      expectHangup(await errorOf((async () => over.audio.writable)()));
      expect(over.audio.dropped).toBe(0);
    });
  });
}
