import type { MediaEvent, MediaOpenOptions } from '../../src/channel/media-port.ts';
import { TestClock } from '../../src/testing/clock/test-clock.ts';
import { fakeDescription } from '../../src/testing/fake/fake-description.ts';
import { FakeMedia } from '../../src/testing/fake/fake-media.ts';
import type { FakeMediaSession } from '../../src/testing/fake/fake-session.ts';
import { MemoryFiles } from '../../src/testing/fake/memory-files.ts';

/** Media of fake calls without channels, on a clock that is moved by hand. */
export function fakeMedia() {
  const clock = new TestClock({ time: 'manual' });
  const files = new MemoryFiles({ anyPrompt: 1000 }, clock);
  const media = new FakeMedia(clock, files);
  const open = (options: Partial<MediaOpenOptions> = {}): Promise<FakeMediaSession> =>
    media.open({ address: '127.0.0.1', codecs: ['PCMU', 'PCMA'], ...options });
  return {
    clock,
    files,
    media,
    open,
    /** A call whose audio flows both ways. */
    async talking(options: Partial<MediaOpenOptions> = {}): Promise<FakeMediaSession> {
      const session = await open(options);
      session.answer(fakeDescription(['PCMU'], 'sendrecv', 1));
      return session;
    },
    /** Two calls that are each other's far end. */
    async pair(options: Partial<MediaOpenOptions> = {}): Promise<readonly [FakeMediaSession, FakeMediaSession]> {
      const one = await open({ isLocal: true, ...options });
      const other = await open({ isLocal: true, near: one, ...options });
      one.accept(other.answer(one.offer()));
      return [one, other];
    },
  };
}

/** What a session tells from now on. */
export function eventsOf(session: FakeMediaSession): readonly MediaEvent[] {
  const events: MediaEvent[] = [];
  session.listen((event) => events.push(event));
  return events;
}
