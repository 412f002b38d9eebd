import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toneWav } from '../../../bench/tone-wav.ts';
import { type Channel, type Codec, State, type UserAgentOptions } from '../../../src/index.ts';
import { createTestNetwork, type TestNetwork } from '../../../src/testing.ts';
import { soundMs } from '../../support/sound-length.ts';

interface Party {
  /** Of the user agent in the middle. */
  readonly channel: Channel;
  readonly far: Channel;
}

/** A caller and a callee with these codecs who are connected through a user agent in the middle, for as long as `run` goes on. */
async function withTwo(
  [one, other]: readonly [Codec, Codec],
  options: Pick<UserAgentOptions, 'mediaTimeout'>,
  run: (one: Party, other: Party, network: TestNetwork, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'offhook-release-'));
  try {
    await writeFile(join(folder, 'tone.wav'), toneWav(440, 1000));
    await using network = createTestNetwork({ latency: 20, jitter: 5 });
    const start = (codecs: readonly Codec[] | undefined, more = {}) =>
      network.userAgent({ mediaDirectory: folder, ...(codecs && { codecs }), ...more });
    const middle = await start(undefined, options);
    const party = async (codec: Codec): Promise<Party> => {
      const answered = Promise.withResolvers<Channel>();
      const agent = await start([codec]);
      agent.onCall(async (far) => {
        await far.answer();
        answered.resolve(far);
        await far.waitForIdle();
      });
      const channel = middle.channel();
      expect(await channel.call(agent.uri)).toBe(State.ANSWERED);
      return { channel, far: await answered.promise };
    };
    const parties = [await party(one), await party(other)] as const;
    await parties[0].channel.connect(parties[1].channel);
    await run(...parties, network, folder);
    await Promise.all(parties.map(({ channel }) => channel.hangUp()));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** For how long one far end hears the other one that plays a second of a tone. */
async function heardMs(from: Party, to: Party, folder: string): Promise<number> {
  await to.far.fileRecorder.start('heard.wav');
  await from.far.filePlayer.play('tone.wav');
  await from.far.sleep(200);
  await to.far.fileRecorder.stop();
  return soundMs(await readFile(join(folder, 'heard.wav')));
}

it('a release outlasts the media timeout of this side, and costs it no packet', async () => {
  await withTwo(['PCMU', 'PCMU'], { mediaTimeout: 2000 }, async (one, other, network, folder) => {
    await one.channel.releaseMedia();
    await network.clock.advance(1000);
    const before = (await one.channel.mediaStatistics()).packetsSent;
    await network.clock.advance(60_000);
    const { packetsReceived, packetsSent } = await one.channel.mediaStatistics();
    expect([one.channel.state, other.channel.state, packetsSent]).toEqual([State.ANSWERED, State.ANSWERED, before]);
    expect(await heardMs(one, other, folder)).toBeGreaterThan(950);
    expect(await heardMs(other, one, folder)).toBeGreaterThan(950);
    expect((await one.channel.mediaStatistics()).packetsReceived).toBe(packetsReceived);
    await other.channel.takeMedia();
    expect(await heardMs(one, other, folder)).toBeGreaterThan(950);
  });
});

it('two far ends without a common codec refuse it, and go on to hear each other through this side', async () => {
  await withTwo(['PCMA', 'PCMU'], {}, async (one, other, _network, folder) => {
    for (const { channel } of [one, other]) {
      await expect(channel.releaseMedia()).rejects.toMatchObject({ code: 'REFUSED' });
      expect(channel.info.isMediaReleased).toBe(false);
    }
    expect(await heardMs(one, other, folder)).toBeGreaterThan(950);
    expect(await heardMs(other, one, folder)).toBeGreaterThan(950);
  });
});
