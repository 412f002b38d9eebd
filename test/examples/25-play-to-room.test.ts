import { createFakeUserAgent } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { announceTo } from '../../examples/25-play-to-room.ts';
import { startPhone } from '../support/phone.ts';
import { shortenPrompts } from '../support/short-prompts.ts';
import { until } from '../support/until.ts';

const prompts = { 'your-message.wav': 900 };

describe('examples/25-play-to-room.ts', () => {
  it('plays to those in the room, and records what they say then', async () => {
    await using fake = createFakeUserAgent({ prompts });
    const { ua, clock, files, incoming } = fake;
    ua.onCall(async (channel) => {
      await channel.answer();
      const [other] = channel.extraChannel;
      if (other) await channel.transferToConferenceRoom(other, 'lobby');
      await channel.waitForIdle();
    });
    const callers = [incoming(), incoming()].map(({ caller }) => caller);
    await callers[0]?.silence(1_000);
    const from = clock.now();
    const done = announceTo(ua.channel(), 'lobby', 5_000);
    await callers[0]?.silence(1_500);
    for (const caller of callers) expect(caller.heardSamples(from, 1_000).some((sample) => sample !== 0)).toBe(true);
    await callers[1]?.speak(1_000);
    await callers[0]?.silence(10_000);
    const { file, wasTalked } = await done;
    expect([wasTalked, files.names.includes(file), ua.rooms[0]?.parties.length]).toEqual([true, true, 2]);
  });

  it('says so when the room is full', async () => {
    await using fake = createFakeUserAgent({ prompts });
    const { ua } = fake;
    for (let count = 0; count < 40; count++) expect(await ua.channel().callConferenceRoom('lobby')).toBe('ANSWERED');
    await expect(announceTo(ua.channel(), 'lobby')).rejects.toThrow('the room cannot be reached: BUSY');
  });

  it('does so over the network', async () => {
    await using server = await startPhone();
    await using phone = await startPhone();
    await shortenPrompts(server.folder);
    const { ua } = server;
    ua.onCall(async (channel) => {
      await channel.answer();
      const [other] = channel.extraChannel;
      if (other) await channel.transferToConferenceRoom(other, 'lobby');
      await channel.waitForIdle();
    });
    const channel = phone.ua.channel();
    await channel.call(ua.uri);
    await channel.fileRecorder.start('heard.wav', { timeout: 60_000 });
    await until('the room', async () => ua.rooms[0]?.parties.length === 1);
    const stay = ua.channel();
    await stay.callConferenceRoom('lobby', { media: { beepOnEntry: false } });
    await channel.filePlayer.start('caller-speech.wav', { loop: true });
    expect((await announceTo(ua.channel(), 'lobby', 1_000)).wasTalked).toBe(true);
    await channel.hangUp();
    expect(channel.fileRecorder.audioDetectedInRecording()).toBe(true);
  });
});
