import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import { CallQueue, type CallQueueOptions, type Channel, State, type UserAgent } from '../../../src/index.ts';
import { createTestNetwork, type TestNetwork } from '../../../src/testing.ts';
import { soundMs } from '../../support/sound-length.ts';

/** How long each sound is, in milliseconds. */
const SOUNDS = {
  'queue-youarenext': 900,
  'queue-thereare': 500,
  'queue-callswaiting': 700,
  'digits/1': 300,
  'digits/2': 300,
};

interface Scene extends AsyncDisposable {
  readonly network: TestNetwork;
  readonly ua: UserAgent;
  readonly queue: CallQueue;
  readonly folder: string;
  /** What became of those who took part, by the users of their addresses. */
  readonly ended: Map<string, unknown>;
  /** The channels that the queue has, by the users of their addresses. */
  readonly server: Map<string, Channel>;
  /** Somebody calls in: an agent when the name begins with `agent`. Resolves when it takes part. */
  join(name: string): Promise<Channel>;
}

async function openScene(
  options: CallQueueOptions = {},
  enter: Parameters<CallQueue['enter']>[1] = {},
): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-queue-'));
  await mkdir(join(folder, 'sounds/en/digits'), { recursive: true });
  for (const [name, ms] of Object.entries(SOUNDS))
    await writeFile(join(folder, `sounds/en/${name}.wav`), toneWav(440, ms));
  await writeFile(join(folder, 'music.wav'), toneWav(300, 2000));
  const network = createTestNetwork();
  const ua = await network.userAgent({ mediaDirectory: folder, sounds: { directories: join(folder, 'sounds') } });
  const phones = await network.userAgent({ mediaDirectory: folder });
  const queue = new CallQueue(ua, { music: 'music.wav', ...options });
  const ended = new Map<string, unknown>();
  const server = new Map<string, Channel>();
  ua.onCall(async (channel) => {
    const name = /^sip:([^@]*)/.exec(channel.info.requestUri)?.[1] ?? '';
    server.set(name, channel);
    await channel.answer();
    const done = name.startsWith('agent') ? queue.serve(channel, { id: name }) : queue.enter(channel, enter);
    ended.set(name, await done.catch((error: unknown) => (error as { code: string }).code));
  });
  return {
    network,
    ua,
    queue,
    folder,
    ended,
    server,
    async join(name) {
      const channel = phones.channel();
      await channel.call(ua.uri.replace(/^sip:[^@]*/, `sip:${name}`));
      // Until the acknowledgement has come, and it takes part.
      await channel.sleep(50).catch(() => undefined);
      return channel;
    },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What was played on a channel of the queue besides music, with how much of it was heard. */
function played(channel: Channel | undefined): readonly string[] {
  return (channel?.journal.entries ?? []).flatMap((entry) =>
    entry.kind === 'played' && entry.file !== 'music.wav' ? [`${entry.file} ${Math.round(entry.ms / 100) * 100}`] : [],
  );
}

describe('a call queue', () => {
  it('puts a caller and an agent together, who hear each other; # ends it, and the agent takes the next caller', async () => {
    await using scene = await openScene();
    const [ann, bob] = [await scene.join('ann'), await scene.join('bob')];
    const agent = await scene.join('agent-x');
    expect(scene.queue.snapshot.callers.map(({ id }) => id)).toEqual([scene.server.get('bob')?.id]);
    await agent.fileRecorder.start('agent.wav');
    await ann.filePlayer.play({ tone: 'DIAL' }, { timeout: 1000 });
    await agent.fileRecorder.stop();
    expect(soundMs(await readFile(join(scene.folder, 'agent.wav')))).toBeGreaterThan(800);
    await agent.dtmfPlayer.play('#');
    await ann.waitForIdle();
    expect(scene.ended.get('ann')).toMatchObject({ how: 'SERVED', agent: 'agent-x' });
    await bob.sleep(100);
    expect(scene.queue.snapshot).toMatchObject({
      callers: [],
      agents: [{ id: 'agent-x', status: 'TALKING', caller: scene.server.get('bob')?.id }],
    });
    await bob.hangUp();
    await agent.sleep(100);
    expect(scene.queue.snapshot.agents).toMatchObject([{ status: 'FREE', caller: undefined }]);
    expect(scene.queue.metrics).toMatchObject({ entered: 2, served: 2, waiting: 0, abandoned: 0 });
  });

  it('tells callers every 30 seconds where they stand', async () => {
    await using scene = await openScene();
    const ann = await scene.join('ann');
    await scene.join('bob');
    await ann.sleep(33_000);
    expect(played(scene.server.get('ann'))).toEqual(['sound:queue-youarenext 900']);
    expect(played(scene.server.get('bob'))).toEqual(['sound:queue-thereare, number:1, sound:queue-callswaiting 1500']);
    await ann.hangUp();
    const [bob] = scene.ua.channels;
    await bob?.sleep(31_000);
    expect(played(scene.server.get('bob')).at(-1)).toBe('sound:queue-youarenext 900');
    expect(scene.ended.get('ann')).toBe('HANGUP');
    expect(scene.queue.metrics).toMatchObject({ abandoned: 1, waiting: 1 });
  });

  it('breaks an announcement off at once when an agent comes free', async () => {
    await using scene = await openScene();
    const ann = await scene.join('ann');
    await ann.sleep(30_250);
    const before = scene.network.clock.now();
    const agent = await scene.join('agent-x');
    await agent.fileRecorder.start('agent.wav');
    await agent.sleep(40);
    expect(
      scene.queue.metrics.served + scene.queue.snapshot.agents.filter(({ status }) => status === 'TALKING').length,
    ).toBe(1);
    expect(scene.network.clock.now() - before).toBeLessThan(500);
    const [announcement = ''] = played(scene.server.get('ann'));
    expect(Number(announcement.split(' ')[1])).toBeLessThan(700);
  });

  it('lets the agent record: 0 with a beep for the caller, 5 pauses and goes on, 7 keeps, 9 throws away', async () => {
    await using scene = await openScene();
    const kept: string[] = [];
    scene.queue.on('recorded', (file) => kept.push(file));
    const ann = await scene.join('ann');
    const agent = await scene.join('agent-x');
    await ann.fileRecorder.start('beeps.wav');
    await agent.fileRecorder.start('no-beeps.wav');
    await agent.dtmfPlayer.play('5790');
    await agent.sleep(2000);
    await agent.dtmfPlayer.play('5');
    await agent.sleep(5000);
    await agent.dtmfPlayer.play('5');
    await agent.sleep(1000);
    await agent.dtmfPlayer.play('7');
    await agent.sleep(500);
    const name = `queue/${scene.server.get('ann')?.id}`;
    expect(kept).toEqual([`${name}-1.wav`]);
    const { length } = await readFile(join(scene.folder, `${name}-1.wav`));
    const seconds = length / 16_000;
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(5);
    await agent.dtmfPlayer.play('0');
    await agent.sleep(500);
    await agent.dtmfPlayer.play('9');
    await agent.sleep(100);
    await expect(readFile(join(scene.folder, `${name}-2.wav`))).rejects.toThrow('ENOENT');
    await ann.fileRecorder.stop();
    await agent.fileRecorder.stop();
    expect(soundMs(await readFile(join(scene.folder, 'beeps.wav')))).toBeGreaterThan(150);
    expect(soundMs(await readFile(join(scene.folder, 'no-beeps.wav')))).toBeLessThan(100);
    await agent.dtmfPlayer.play('0');
    await agent.sleep(1000);
    await ann.hangUp();
    await agent.sleep(200);
    expect(kept).toEqual([`${name}-1.wav`, `${name}-3.wav`]);
    expect(agent.state).toBe(State.ANSWERED);
  });

  it('hangs the caller up when its agent hangs up', async () => {
    await using scene = await openScene();
    const ann = await scene.join('ann');
    const agent = await scene.join('agent-x');
    await agent.sleep(1000);
    await agent.hangUp();
    await ann.waitForIdle();
    expect(scene.ended.get('agent-x')).toBe('HANGUP');
    expect(scene.queue.snapshot.agents).toEqual([]);
  });

  it('leaves an agent alone for a while, and gives a paused one nobody', async () => {
    await using scene = await openScene({ wrapUp: 10_000 });
    const ann = await scene.join('ann');
    const agent = await scene.join('agent-x');
    await agent.sleep(500);
    await ann.hangUp();
    const bob = await scene.join('bob');
    expect(scene.queue.metrics.agents).toEqual({ FREE: 0, TALKING: 0, WRAP_UP: 1, PAUSED: 0 });
    await bob.sleep(5000);
    expect(scene.queue.metrics.waiting).toBe(1);
    await bob.sleep(6000);
    expect(scene.queue.metrics).toMatchObject({ waiting: 0, agents: { TALKING: 1 } });
    expect(scene.queue.pause('agent-x')).toBe(true);
    await bob.hangUp();
    await agent.sleep(11_000);
    expect(scene.queue.metrics.agents).toMatchObject({ PAUSED: 1 });
    const { averageTalk, averageWait } = scene.queue.metrics;
    expect([averageTalk, averageWait].every((ms) => ms > 0)).toBe(true);
  });

  it('sends callers back who have waited for too long, or come when too many wait', async () => {
    await using scene = await openScene({ maxCallers: 1 }, { timeout: 5000 });
    const ann = await scene.join('ann');
    const bob = await scene.join('bob');
    await bob.waitForIdle();
    expect(scene.ended.get('bob')).toMatchObject({ how: 'REMOVED', talked: 0 });
    await ann.waitForIdle();
    expect(scene.ended.get('ann')).toMatchObject({ how: 'TIMEOUT', waited: expect.closeTo(5000, -2) });
    expect(scene.queue.metrics).toMatchObject({ entered: 2, timedOut: 1, turnedAway: 1 });
  });

  it('lets everybody go when it is closed, those who talk when they have talked', async () => {
    await using scene = await openScene();
    const ann = await scene.join('ann');
    const agent = await scene.join('agent-x');
    const bob = await scene.join('bob');
    let isClosed = false;
    const closing = scene.queue.close().then(() => {
      isClosed = true;
    });
    await bob.waitForIdle();
    expect(scene.ended.get('bob')).toMatchObject({ how: 'REMOVED' });
    await agent.sleep(1000);
    expect(isClosed).toBe(false);
    await ann.hangUp();
    await closing;
    await agent.waitForIdle();
    expect(scene.ended.get('agent-x')).toBeUndefined();
    expect(scene.ended.has('agent-x')).toBe(true);
    await scene.join('cleo');
    expect(scene.ended.get('cleo')).toBe('INVALID_STATE');
  });

  it('refuses a second agent of the same id, strangers and wrong options', async () => {
    await using scene = await openScene();
    const agent = await scene.join('agent-x');
    const other = await scene.join('agent-x');
    await other.waitForIdle();
    expect(scene.ended.get('agent-x')).toBe('BUSY');
    expect(agent.state).toBe(State.ANSWERED);
    await expect(scene.queue.enter(agent)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const mine = scene.ua.channels[0] as Channel;
    await expect(scene.queue.serve(mine, { id: '' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(scene.queue.enter(mine, { priority: Number.NaN })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    for (const options of [
      { keys: { record: '12' } },
      { name: 'a b' },
      { maxCallers: -1 },
      { announceEvery: -1 },
      { wat: 1 },
    ]) {
      expect(() => new CallQueue(scene.ua, options as CallQueueOptions)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });
});
