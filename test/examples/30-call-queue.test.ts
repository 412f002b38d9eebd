import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CallQueue, type Channel } from 'offhook';
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

describe('examples/30-call-queue.ts', () => {
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
    await caller.filePlayer.play('caller-speech.wav', { timeout: 600 });
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
