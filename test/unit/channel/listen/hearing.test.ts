import { describe, expect, it } from 'vitest';
import { Hearing } from '../../../../src/channel/listen/hearing.ts';
import type { ListenEvent, ListenRequest } from '../../../../src/channel/listen-port.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';

const OFF: ListenRequest = { speech: false, tones: false, beepMs: 180 };
const SPEAKING: ListenEvent = { type: 'speech', isSpeaking: true, sinceMs: 60, lastedMs: 1000 };
const SILENT: ListenEvent = { type: 'speech', isSpeaking: false, sinceMs: 200, lastedMs: 1000 };

function beep(ms: number): ListenEvent {
  return { type: 'tone', tone: 'BEEP', isOver: false, ms, hertz: 1000 };
}

function scene() {
  const clock = new VirtualClock();
  const told: ListenEvent[] = [];
  const hearing = new Hearing(clock, (event) => told.push(event));
  const asked: ListenRequest[] = [];
  return { clock, told, hearing, asked, session: { attend: (request: ListenRequest) => asked.push(request) } };
}

describe('what is heard of a far end', () => {
  it('is asked for when there is somebody, and as long, and a second more', () => {
    const { clock, hearing, asked, session } = scene();
    hearing.attach(session);
    expect(asked).toEqual([]);
    const first = hearing.follow({ speech: true });
    const second = hearing.follow({ speech: true, tones: true });
    expect(asked).toEqual([
      { ...OFF, speech: true },
      { ...OFF, speech: true, tones: true },
    ]);
    first[Symbol.dispose]();
    second[Symbol.dispose]();
    clock.advance(999);
    expect(asked.length).toBe(2);
    clock.advance(1);
    expect(asked.at(-1)).toEqual(OFF);
    expect(clock.pending).toBe(0);
  });

  it('goes on undisturbed when somebody comes within that second', () => {
    const { clock, hearing, asked, session } = scene();
    hearing.attach(session);
    hearing.follow({ speech: true })[Symbol.dispose]();
    clock.advance(500);
    using _ = hearing.follow({ speech: true });
    clock.advance(5000);
    expect(asked).toEqual([{ ...OFF, speech: true }]);
  });

  it('is asked for anew with each call', () => {
    const { hearing, asked, session } = scene();
    using _ = hearing.follow({ tones: true });
    hearing.attach(session);
    hearing.detach();
    hearing.attach(session);
    expect(asked).toEqual([
      { ...OFF, tones: true },
      { ...OFF, tones: true },
    ]);
  });

  it('leaves no timer behind when the call ends', () => {
    const { clock, hearing, session } = scene();
    hearing.attach(session);
    hearing.follow({ speech: true })[Symbol.dispose]();
    hearing.detach();
    expect(clock.pending).toBe(0);
  });

  it('is told to those who want it, and each change once', () => {
    const { hearing, told, session } = scene();
    hearing.attach(session);
    const speech: ListenEvent[] = [];
    const tones: ListenEvent[] = [];
    using _speech = hearing.follow({ speech: true, heard: (event) => speech.push(event) });
    using _tones = hearing.follow({ tones: true, heard: (event) => tones.push(event) });
    for (const event of [SILENT, SPEAKING, SPEAKING, beep(200), SILENT]) hearing.take(event);
    expect(speech).toEqual([SPEAKING, SILENT]);
    expect(tones).toEqual([beep(200)]);
    expect(told).toEqual([SPEAKING, beep(200), SILENT]);
  });

  it('tells a short beep only to those who asked for it', () => {
    const { hearing, asked, session } = scene();
    hearing.attach(session);
    const short: ListenEvent[] = [];
    const usual: ListenEvent[] = [];
    using _short = hearing.follow({ tones: true, beepMs: 100, heard: (event) => short.push(event) });
    using _usual = hearing.follow({ tones: true, heard: (event) => usual.push(event) });
    expect(asked.at(-1)?.beepMs).toBe(100);
    hearing.take(beep(120));
    expect([short.length, usual.length]).toEqual([1, 0]);
  });

  it('is no speech any more when the call is over, or nobody listens', () => {
    const { clock, hearing, session } = scene();
    hearing.attach(session);
    const listening = hearing.follow({ speech: true });
    hearing.take(SPEAKING);
    expect(hearing.isSpeaking).toBe(true);
    listening[Symbol.dispose]();
    clock.advance(1000);
    expect(hearing.isSpeaking).toBe(false);
    hearing.take(SPEAKING);
    expect(hearing.isSpeaking).toBe(false);
  });
});
