import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CallQueue, type Channel } from 'offhook';
import { createFakeUserAgent } from 'offhook/testing';
import { describe, expect, it } from 'vitest';
import { takePart } from '../../examples/30-call-queue.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { soundMs } from '../support/sound-length.ts';
import { until } from '../support/until.ts';

async function callAs(user: string, from: Phone, to: Phone): Promise<Channel> {
  const channel = from.ua.channel();
  await channel.call(to.ua.uri.replace(/^sip:[^@]*/, `sip:${user}`));
  return channel;
}

const prompts = {
  'queue/music.wav': 8_000,
  'sound:queue-youarenext': 1_400,
  'sound:queue-thereare': 500,
  'sound:queue-callswaiting': 1_300,
};

describe('examples/30-call-queue.ts', () => {
  it('tells callers where they stand, and breaks that off when an agent comes', async () => {
    await using fake = createFakeUserAgent({ prompts });
    const queue = new CallQueue(fake.ua, { music: 'queue/music.wav' });
    fake.ua.onCall((channel) => takePart(queue, channel));
    const ann = fake.incoming({ to: 'sip:sales@192.0.2.1' });
    const bob = fake.incoming({ to: 'sip:sales@192.0.2.1' });
    await ann.caller.waitForPrompt('sound:queue-youarenext');
    await bob.caller.waitForPrompt('sound:queue-thereare');
    await ann.caller.silence(30_300);
    const agent = fake.incoming({ to: 'sip:agent@192.0.2.1', from: 'sip:x@192.0.2.3' });
    await agent.caller.silence(500);
    expect(queue.snapshot.agents).toMatchObject([{ id: 'sip:x@192.0.2.3', status: 'TALKING', caller: ann.channel.id }]);
    const told = ann.caller.heard().filter(({ file }) => file === 'sound:queue-youarenext');
    expect(told.map(({ complete }) => complete)).toEqual([true, false]);
    await agent.caller.press('#');
    await ann.caller.silence(100).catch(() => undefined);
    expect(ann.channel.state).toBe('IDLE');
    expect(queue.snapshot.agents).toMatchObject([{ caller: bob.channel.id }]);
    await agent.caller.hangUp();
    await fake.clock.advance(100);
    expect(bob.channel.state).toBe('IDLE');
  });

  it('lets a caller go who has waited for ten minutes', async () => {
    await using fake = createFakeUserAgent({ prompts });
    const queue = new CallQueue(fake.ua, { music: 'queue/music.wav' });
    fake.ua.onCall((channel) => takePart(queue, channel));
    const { caller } = fake.incoming({ to: 'sip:sales@192.0.2.1' });
    await caller.waitForPrompt('text:Nobody is free at the moment. Please call again later.');
    expect(queue.metrics).toMatchObject({ timedOut: 1, waiting: 0 });
  });

  it('tells a caller where it stands, puts it through, records, and ends, over the network', async () => {
    await using server = await startPhone({
      sounds: { directories: join(import.meta.dirname, '../../examples/media/queue') },
    });
    await using phones = await startPhone();
    const queue = new CallQueue(server.ua, { music: 'queue/music.wav', announceEvery: 200 });
    const recorded: string[] = [];
    queue.on('recorded', (file) => recorded.push(file));
    server.ua.onCall((channel) => takePart(queue, channel));
    const caller = await callAs('sales', phones, server);
    await caller.fileRecorder.start('caller.wav');
    const [waiting] = server.ua.channels;
    await until('an announcement', async () =>
      waiting?.journal.entries.some((entry) => entry.kind === 'played' && entry.file === 'sound:queue-youarenext'),
    );
    const agent = await callAs('agent', phones, server);
    await until('a conversation', async () => queue.metrics.agents.TALKING === 1);
    await agent.fileRecorder.start('agent.wav');
    await caller.filePlayer.play('caller-speech.wav', { timeout: 600 });
    await agent.dtmfPlayer.play('0');
    await until('the recording to begin', async () =>
      (await readdir(server.folder, { recursive: true })).some((file) => file.includes('-1.wav')),
    );
    await caller.filePlayer.play('caller-speech.wav', { timeout: 1200 });
    await agent.dtmfPlayer.play('7');
    await until('a recording', async () => recorded.length === 1);
    await agent.fileRecorder.stop();
    await agent.dtmfPlayer.play('#');
    await caller.waitForIdle();
    await until('the agent to be free again', async () => queue.metrics.agents.FREE === 1);
    expect(queue.metrics).toMatchObject({ entered: 1, served: 1, waiting: 0 });
    for (const file of [join(phones.folder, 'agent.wav'), join(server.folder, recorded[0] ?? '')]) {
      expect(soundMs(await readFile(file))).toBeGreaterThan(300);
    }
    await agent.hangUp();
  });
});
