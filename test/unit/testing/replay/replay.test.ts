import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import type { JournalEntry, JournalFact } from '../../../../src/channel/journal/journal-entry.ts';
import type { FakeCall } from '../../../../src/testing/fake/fake-call.ts';
import { createFakeChannel } from '../../../../src/testing/fake/fake-channel.ts';
import { type ReplayOptions, replay } from '../../../../src/testing/replay/replay.ts';

/** What happened, without what is different each time. */
function facts({ channel }: FakeCall): readonly object[] {
  return channel.journal.entries.map((entry) => ({ ...entry, id: 0, wall: '', callId: '' }));
}

/** Asks for a PIN up to three times, and takes a message from who knows it. */
async function pinMenu(channel: Channel): Promise<string> {
  await channel.ring();
  await channel.answer();
  for (let attempt = 0; attempt < 3; attempt++) {
    await channel.filePlayer.play('pin.wav', { bargeIn: true });
    const pin = await channel.dtmfDetector.getDigits({ count: 4, predigitsTimeout: 5000, end: '#' });
    if (pin === '1234') {
      await channel.fileRecorder.record('message.wav', { maxSilence: 2000 });
      await channel.filePlayer.play('thanks.wav');
      return 'taken';
    }
    await channel.filePlayer.play('wrong.wav');
  }
  return 'refused';
}

const PROMPTS = { 'pin.wav': 3000, 'wrong.wav': 1500, 'thanks.wav': 1000 };

/** A caller who mistypes, is late, and then knows the PIN. */
async function recorded(): Promise<FakeCall> {
  const call = createFakeChannel({ prompts: PROMPTS, from: 'sip:ann@example.com', to: 'sip:pin@example.com' });
  const done = call.run(pinMenu);
  const { caller } = call;
  await caller.waitForPrompt('pin.wav');
  await caller.silence(700);
  await caller.press('9#', { off: 300 });
  await caller.waitForPrompt('wrong.wav');
  await caller.waitForPrompt('pin.wav');
  await caller.silence(4000);
  await caller.press('12', { by: 'INFO' });
  await caller.press('34');
  await caller.waitFor('record');
  void caller.speak(1800);
  await done;
  return call;
}

const at = (ms: number, fact: JournalFact): JournalEntry => ({ at: ms, ...fact });
const CALL = { kind: 'call', from: 'sip:a@x', to: 'sip:b@x', requestUri: 'sip:b@x', callId: '1', wall: '' } as const;

describe('a replay of a fake call', () => {
  it('goes as the call went, line by line', async () => {
    const original = await recorded();
    const again = replay(original.channel.journal.toJSONLines());
    expect(await again.run(pinMenu)).toBe('taken');
    expect(facts(again)).toEqual(facts(original));
    expect(again.timeline()).toBe(original.timeline());
    again.caller.assertAllDone();
  });

  it('has the same addresses, keys and hearing', async () => {
    const original = await recorded();
    const again = replay(original.channel.journal.entries);
    await again.run(pinMenu);
    expect(again.channel.info).toMatchObject({ from: 'sip:ann@example.com', to: 'sip:pin@example.com' });
    expect(again.caller.pressed).toBe('9#1234');
    expect(again.caller.heard().map(({ file, complete }) => [file, complete])).toEqual(
      original.caller.heard().map(({ file, complete }) => [file, complete]),
    );
  });

  it('replays a caller who cancels before the application has done anything', async () => {
    const slow = async (channel: Channel): Promise<void> => {
      await channel.sleep(60_000);
    };
    const original = createFakeChannel();
    const done = original.run(slow);
    await original.clock.advance(2500);
    await original.caller.cancel();
    await done;
    const again = replay(original.channel.journal.entries);
    await again.run(slow);
    expect([again.clock.now(), again.caller.ended?.by]).toEqual([2500, 'remote']);
    expect(facts(again)).toEqual(facts(original));
  });

  it('presses keys by the same means, also as tones', async () => {
    const flow = async (channel: Channel): Promise<string> => {
      await channel.answer();
      return channel.dtmfDetector.getDigits({ count: 3, predigitsTimeout: 10_000 });
    };
    const original = createFakeChannel({ inbandDtmf: 'always' });
    const done = original.run(flow);
    await original.caller.waitFor('answer');
    await original.caller.press('1', { by: 'INBAND' });
    await original.caller.press(',2', { by: 'INFO' });
    await original.caller.press(',3');
    expect(await done).toBe('123');
    const again = replay(original.channel.journal.entries);
    expect(await again.run(flow)).toBe('123');
    const means = ({ channel }: FakeCall): readonly unknown[] =>
      channel.journal.entries.flatMap((entry) => (entry.kind === 'digit' ? [[entry.digit, entry.by]] : []));
    expect(means(again)).toEqual([
      ['1', 'INBAND'],
      ['2', 'INFO'],
      ['3', 'RFC4733'],
    ]);
    expect(means(again)).toEqual(means(original));
  });

  it('replays a hold, requests and a hang-up', async () => {
    const flow = async (channel: Channel): Promise<void> => {
      await channel.answer();
      await channel.filePlayer.play('long.wav');
    };
    const original = createFakeChannel({ prompts: { 'long.wav': 60_000 } });
    const done = original.run(flow);
    const { caller } = original;
    await caller.waitForPrompt('long.wav');
    await caller.silence(1000);
    await caller.hold('inactive');
    await caller.sendInfo({ contentType: 'text/plain', body: 'on hold' });
    await caller.silence(2000);
    await caller.resume();
    await caller.sendMessage('back');
    await caller.silence(500);
    await caller.hangUp();
    await done;
    const again = replay(original.channel.journal.toJSONLines());
    await again.run(flow);
    expect(facts(again)).toEqual(facts(original));
    expect(again.clock.now()).toBe(3500);
  });
});

describe('a replay of outbound calls', () => {
  const retry = async (channel: Channel): Promise<string> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      if ((await channel.call('sip:bob@example.com')) === 'ANSWERED') {
        await channel.filePlayer.play('reminder.wav');
        return channel.cause;
      }
      await channel.sleep(10_000);
    }
    return channel.cause;
  };

  it('lets each call come out as it did', async () => {
    const original = createFakeChannel({
      direction: 'outbound',
      prompts: { 'reminder.wav': 4000 },
      callee: [
        { outcome: 'BUSY', after: 300 },
        { outcome: 503, reason: 'Maintenance' },
        { outcome: 'ANSWERED', after: 6000 },
      ],
    });
    await original.run(retry);
    const again = replay(original.channel.journal.toJSONLines());
    await again.run(retry);
    expect(facts(again)).toEqual(facts(original));
    again.caller.assertAllDone();
  });

  it('lets it ring for ever when nobody answered', async () => {
    const impatient = async (channel: Channel): Promise<string> => {
      await channel.call('sip:bob@example.com', { timeout: 20_000 });
      return channel.cause;
    };
    const original = createFakeChannel({ direction: 'outbound', callee: 'TIMEOUT' });
    expect(await original.run(impatient)).toBe('TIMEOUT');
    const again = replay(original.channel.journal.entries);
    expect(await again.run(impatient)).toBe('TIMEOUT');
    expect(facts(again)).toEqual(facts(original));
  });
});

describe('a replay for an application that has changed', () => {
  it('follows an application that takes longer', async () => {
    const original = await recorded();
    const again = replay(original.channel.journal.entries, { prompts: { 'wrong.wav': 9000 } });
    const slower = async (channel: Channel): Promise<string> => {
      await channel.sleep(5000);
      return pinMenu(channel);
    };
    expect(await again.run(slower)).toBe('taken');
  });

  it('tells what it never came to', async () => {
    const original = await recorded();
    const again = replay(original.channel.journal.entries);
    const shorter = async (channel: Channel): Promise<void> => {
      await channel.answer();
      await channel.filePlayer.play('pin.wav', { bargeIn: true });
    };
    await again.run(shorter);
    expect(again.caller.pressed).toBe('9');
    expect(() => again.caller.assertAllDone()).toThrow(/not reached: presses #, 400 ms after presses 9/);
    expect(() => again.caller.assertAllDone()).toThrow(/not reached: is silent, 0 ms after play pin\.wav/);
  });

  it('waits for the same occurrence of a prompt', async () => {
    const asks = async (channel: Channel): Promise<string> => {
      await channel.answer();
      let digit = '';
      for (let attempt = 0; attempt < 4 && digit === ''; attempt++) {
        await channel.filePlayer.play('menu.wav');
        digit = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 1000 });
      }
      return `${digit} at ${channel.journal.entries.at(-1)?.at}`;
    };
    const original = createFakeChannel({ prompts: { 'menu.wav': 2000 } });
    const done = original.run(asks);
    for (let times = 0; times < 3; times++) await original.caller.waitForPrompt('menu.wav');
    await original.caller.silence(100);
    await original.caller.press('5');
    const result = await done;
    expect(await replay(original.channel.journal.entries).run(asks)).toBe(result);
    expect(result).toBe('5 at 8000');
  });
});

describe('the prompts of a replay', () => {
  const lengthsOf = async (entries: readonly JournalEntry[], files: readonly string[]): Promise<readonly unknown[]> => {
    const call = replay([at(0, { ...CALL, direction: 'inbound' }), ...entries]);
    return (
      (await call.run(async (channel) => {
        await channel.answer();
        const lengths: unknown[] = [];
        for (const file of files) {
          const from = call.clock.now();
          const cause = await channel.filePlayer.play(file).catch((error: unknown) => (error as { code: string }).code);
          lengths.push(cause === 'NORMAL' ? call.clock.now() - from : cause);
        }
        return lengths;
      })) ?? []
    );
  };
  const play = (id: number, file: string, options: object = {}): JournalEntry =>
    at(0, { kind: 'begin', id, method: 'filePlayer.play', arguments: [file, options] });
  const played = (id: number, file: string, cause: 'NORMAL' | 'BARGEIN', ms: number): JournalEntry =>
    at(ms, { kind: 'played', id, file, cause, ms });

  it('are as long as they were heard to their end', async () => {
    const entries = [
      play(1, 'a.wav'),
      played(1, 'a.wav', 'NORMAL', 1200),
      play(2, 'a.wav'),
      played(2, 'a.wav', 'BARGEIN', 300),
    ];
    expect(await lengthsOf(entries, ['a.wav'])).toEqual([1200]);
  });

  it('are a second longer than the most that was heard of them', async () => {
    const entries = [
      play(1, 'a.wav'),
      played(1, 'a.wav', 'BARGEIN', 700),
      play(2, 'a.wav'),
      played(2, 'a.wav', 'BARGEIN', 300),
      play(3, 'music.wav', { loop: true }),
      played(3, 'music.wav', 'BARGEIN', 60_000),
      play(4, 'open.wav'),
      at(2000, { kind: 'note', text: 'the program died' }),
    ];
    expect(await lengthsOf(entries, ['a.wav', 'music.wav', 'open.wav'])).toEqual([1700, 1000, 3000]);
  });

  it('are those that were there: no recording, none that was not found', async () => {
    const entries = [
      at(0, { kind: 'begin', id: 1, method: 'fileRecorder.record', arguments: ['said.wav'] }),
      play(2, 'said.wav'),
      played(2, 'said.wav', 'NORMAL', 500),
      play(3, 'gone.wav'),
      at(0, {
        kind: 'failed',
        id: 3,
        method: 'filePlayer.play',
        error: { name: 'ChannelError', code: 'FILE_NOT_FOUND', message: '' },
      }),
    ];
    expect(await lengthsOf(entries, ['said.wav', 'gone.wav'])).toEqual(['FILE_NOT_FOUND', 'FILE_NOT_FOUND']);
  });
});

it('plays what is behind an address, whose password no journal has', async () => {
  const url = 'https://ann:secret@example.com/news.mp3';
  const flow = async (channel: Channel): Promise<void> => {
    await channel.answer();
    await channel.filePlayer.play({ url });
  };
  const call = createFakeChannel({ prompts: { [url]: 1400 } });
  await call.run(flow);
  const lines = call.channel.journal.toJSONLines();
  expect(lines).toContain('https://***@example.com/news.mp3');
  expect(lines).not.toContain('secret');
  const again = replay(lines);
  await again.run(flow);
  expect(facts(again)).toEqual(facts(call));
});

describe('what cannot be replayed', () => {
  it.each([
    [[], {}, /holds no call/],
    [7, {}, /needs the text of a journal or its lines/],
    ['nonsense', {}, /line 1 of the journal is not JSON/],
    [[at(0, { ...CALL, direction: 'inbound' })], { callee: 'BUSY' }, /replay\(\) has no option "callee"/],
    [
      [at(0, { ...CALL, direction: 'inbound' }), at(5, { kind: 'digit', digit: '?', by: 'INFO' })],
      {},
      /digits of the journal are masked/,
    ],
  ])('%j is refused', (journal, options, message) => {
    expect(() => replay(journal as string, options as ReplayOptions)).toThrow(message);
  });
});
