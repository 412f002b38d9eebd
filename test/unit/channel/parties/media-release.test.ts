import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import { ChannelError } from '../../../../src/errors.ts';
import type { Logger } from '../../../../src/logger.ts';
import type { SessionDescription } from '../../../../src/media-description.ts';
import { settled } from '../../../../src/testing/clock/settled.ts';
import { fakeDescription } from '../../../../src/testing/fake/fake-description.ts';
import type { FakeLeg } from '../../../../src/testing/fake/fake-leg.ts';
import { FakeNetwork } from '../../../../src/testing/fake/fake-network.ts';
import { errorOf } from '../scene.ts';

/** Whose audio an offer is about: `ours`, or the port of somebody else. */
type Told = 'ours' | number;

/** Two connected calls out, and what each far end is told in the middle of its call, in order. */
async function connected(options: { readonly logger?: Logger; readonly mediaTimeout?: number } = {}) {
  const network = new FakeNetwork({ prompts: { 'tone.wav': 1000 }, ...options });
  network.signaling.onDial = (leg) => leg.accept();
  const one = network.host.channel();
  const other = network.host.channel();
  await one.call('sip:one@192.0.2.2');
  await other.call('sip:other@192.0.2.2');
  const [oneLeg, otherLeg] = network.signaling.dialed;
  if (!oneLeg || !otherLeg) throw new Error('there are two calls');
  await one.connect(other);
  const told: (readonly [who: 'one' | 'other', what: Told])[] = [];
  const listen = (who: 'one' | 'other', leg: FakeLeg): void => {
    const reinvite = leg.reinvite.bind(leg);
    const own = leg.offer ?? leg.described;
    const ours = network.media.sessionOf(leg)?.local.rtpPort;
    leg.reinvite = (offer) =>
      reinvite(() => {
        const made = offer();
        const port = made.media[0]?.port ?? own?.media[0]?.port ?? 0;
        told.push([who, port === ours ? 'ours' : port]);
        return made;
      });
  };
  return { network, one, other, oneLeg, otherLeg, told, listen };
}

/** The same, with the far ends at ports of their own. */
async function apart(options?: Parameters<typeof connected>[0]) {
  const scene = await connected(options);
  const { network, one, other, oneLeg, otherLeg, listen } = scene;
  await oneLeg.reoffer(at(7000));
  await otherLeg.reoffer(at(8000));
  answerFrom(oneLeg, [7000]);
  answerFrom(otherLeg, [8000]);
  listen('one', oneLeg);
  listen('other', otherLeg);
  const settle = async <T>(promise: Promise<T>): Promise<T> => {
    await network.elapse(0);
    return promise;
  };
  return { ...scene, settle, isReleased: () => [one, other].map(({ info }) => info.isMediaReleased) };
}

const at = (port: number, codec = 'PCMU', direction: 'sendrecv' | 'sendonly' = 'sendrecv'): SessionDescription =>
  fakeDescription([codec], direction, 2, { address: '192.0.2.2', port });

/** Has a far end answer offers from these ports, one after the other, and from the last one from then on. */
function answerFrom(leg: FakeLeg, ports: readonly number[]): void {
  const reinvite = leg.reinvite.bind(leg);
  let times = 0;
  leg.reinvite = async (offer) => {
    const answer = await reinvite(offer);
    const port = ports[Math.min(times++, ports.length - 1)] ?? 0;
    return { ...answer, media: answer.media.map((line) => ({ ...line, port })) };
  };
}

/** Has a far end take the next offer with a 2xx in which nothing can be read. */
function takeUnsaid(leg: FakeLeg): void {
  const { reinvite } = leg;
  leg.reinvite = async (offer) => {
    leg.reinvite = reinvite;
    await reinvite.call(leg, offer);
    throw new ChannelError('REFUSED', 'no usable answer', {
      cause: new ChannelError('MALFORMED_SDP', 'no description'),
    });
  };
}

/** A log of what was warned of. */
function warnings(): { readonly logger: Logger; readonly told: readonly string[] } {
  const told: string[] = [];
  const ignore = (): void => undefined;
  return { told, logger: { debug: ignore, info: ignore, error: ignore, warn: (message) => void told.push(message) } };
}

const NOT_BACK = 'the audio of a call could not be taken back';

const states = (...channels: readonly Channel[]) => channels.map(({ state, info }) => [state, info.mediaDirection]);
const HERE = ['ANSWERED', 'sendrecv'];

describe('releaseMedia()', () => {
  it('tells the other far end of this one, then this one of what that has answered; takeMedia() tells both of us', async () => {
    const { one, other, settle, told, isReleased } = await apart();
    await settle(one.releaseMedia());
    expect(told.splice(0)).toEqual([
      ['other', 7000],
      ['one', 8000],
    ]);
    expect(isReleased()).toEqual([true, true]);
    expect([one, other].map(({ journal }) => String(journal).includes('media released'))).toEqual([true, true]);
    await settle(one.releaseMedia());
    expect(told).toEqual([]);
    await settle(other.takeMedia());
    expect(told.splice(0)).toEqual([
      ['one', 'ours'],
      ['other', 'ours'],
    ]);
    await settle(one.takeMedia());
    expect([told, isReleased()]).toEqual([[], [false, false]]);
    await settle(other.releaseMedia());
    expect(told).toEqual([
      ['one', 8000],
      ['other', 7000],
    ]);
  });

  it('that the other far end refuses changes nothing', async () => {
    const { one, other, otherLeg, settle, told, isReleased } = await apart();
    otherLeg.offers.plans.push('refuse');
    expect(await settle(errorOf(one.releaseMedia()))).toMatchObject({ code: 'REFUSED' });
    expect(told).toEqual([['other', 7000]]);
    expect([isReleased(), ...states(one, other)]).toEqual([[false, false], HERE, HERE]);
    expect(one.info.connectedId).toBe(other.id);
    await settle(one.fileRecorder.start('after.wav'));
    await one.fileRecorder.stop();
  });

  it('that this far end refuses is put back at the other one', async () => {
    const { one, other, oneLeg, settle, told, isReleased } = await apart();
    const events: boolean[] = [];
    for (const channel of [one, other]) channel.on('mediaReleased', (isOut) => events.push(isOut));
    oneLeg.offers.plans.push('refuse');
    expect(await settle(errorOf(one.releaseMedia()))).toMatchObject({ code: 'REFUSED' });
    expect(told).toEqual([
      ['other', 7000],
      ['one', 8000],
      ['other', 'ours'],
    ]);
    expect([isReleased(), events, ...states(one, other)]).toEqual([[false, false], [], HERE, HERE]);
    await settle(one.releaseMedia());
    expect(isReleased()).toEqual([true, true]);
  });

  it('is REFUSED and put back when a far end takes it without audio both ways', async () => {
    const { one, other, otherLeg, settle, told, isReleased } = await apart();
    const { reinvite } = otherLeg;
    let isFirst = true;
    otherLeg.reinvite = async (offer) => {
      const answer = await reinvite.call(otherLeg, offer);
      const direction = isFirst ? 'sendonly' : 'sendrecv';
      isFirst = false;
      return { ...answer, media: answer.media.map((line) => ({ ...line, direction })) };
    };
    expect(await settle(errorOf(one.releaseMedia()))).toMatchObject({ code: 'REFUSED' });
    expect(told.at(-1)).toEqual(['other', 'ours']);
    expect([isReleased(), ...states(one, other)]).toEqual([[false, false], HERE, HERE]);
  });

  for (const who of ['one', 'other'] as const) {
    it(`is put back at the far end of ${who} when that takes it with a 2xx that says nothing`, async () => {
      const { one, other, oneLeg, otherLeg, settle, told, isReleased } = await apart();
      takeUnsaid(who === 'one' ? oneLeg : otherLeg);
      expect(await settle(errorOf(one.releaseMedia()))).toMatchObject({ code: 'REFUSED' });
      expect(told.slice(1)).toEqual(
        who === 'other'
          ? [['other', 'ours']]
          : [
              ['one', 8000],
              ['one', 'ours'],
              ['other', 'ours'],
            ],
      );
      expect([isReleased(), ...states(one, other)]).toEqual([[false, false], HERE, HERE]);
      await settle(one.releaseMedia());
      expect(isReleased()).toEqual([true, true]);
    });
  }

  it('that can neither go on nor be put back says where audio goes past this side, until that is taken back', async () => {
    const { logger, told: warned } = warnings();
    const { one, other, oneLeg, otherLeg, settle, isReleased } = await apart({ logger });
    const events: boolean[] = [];
    other.on('mediaReleased', (isOut) => events.push(isOut));
    oneLeg.offers.plans.push('refuse');
    otherLeg.offers.plans.push('accept', 'refuse', 'refuse');
    expect(await settle(errorOf(one.releaseMedia()))).toMatchObject({ code: 'REFUSED' });
    expect([isReleased(), events, warned]).toEqual([[false, true], [true], [NOT_BACK]]);
    expect(await errorOf(other.fileRecorder.start('silence.wav'))).toMatchObject({ code: 'INVALID_STATE' });
    await settle(one.fileRecorder.start('one.wav'));
    await one.fileRecorder.stop();
    expect(await settle(errorOf(other.takeMedia()))).toMatchObject({ code: 'REFUSED' });
    expect(await settle(one.hold())).toBe('ON_HOLD');
    expect([isReleased(), events]).toEqual([
      [false, false],
      [true, false],
    ]);
    await settle(other.fileRecorder.start('other.wav'));
    await other.fileRecorder.stop();
  });

  it('can be tried again while one of the two is still away', async () => {
    const { one, oneLeg, otherLeg, settle, isReleased } = await apart();
    oneLeg.offers.plans.push('refuse');
    otherLeg.offers.plans.push('accept', 'refuse');
    await settle(errorOf(one.releaseMedia()));
    await settle(one.releaseMedia());
    expect(isReleased()).toEqual([true, true]);
    await settle(one.takeMedia());
    expect(isReleased()).toEqual([false, false]);
  });

  it('tells the other far end again of one that answers from elsewhere than it was', async () => {
    const { one, oneLeg, settle, told, isReleased } = await apart();
    answerFrom(oneLeg, [7002]);
    await settle(one.releaseMedia());
    expect(told).toEqual([
      ['other', 7000],
      ['one', 8000],
      ['other', 7002],
      ['one', 8000],
    ]);
    expect(isReleased()).toEqual([true, true]);
  });

  it('gives up, and takes both back, when a far end is somewhere else each time', async () => {
    const { one, other, oneLeg, settle, told, isReleased } = await apart();
    answerFrom(oneLeg, [7002, 7004, 7006, 7008]);
    expect(await settle(errorOf(one.releaseMedia()))).toMatchObject({ code: 'REFUSED' });
    expect(told.length).toBe(8);
    expect([isReleased(), ...states(one, other)]).toEqual([[false, false], HERE, HERE]);
  });

  it('makes its offer again that meets one of the far end (491)', async () => {
    const { network, one, oneLeg, isReleased } = await apart();
    oneLeg.offers.plans.push('collide');
    const releasing = one.releaseMedia();
    await network.elapse(3000);
    await releasing;
    expect(isReleased()).toEqual([true, true]);
  });

  for (const who of ['one', 'other'] as const) {
    it(`is over when the far end of ${who} hangs up instead of an answer; what is left comes back`, async () => {
      const scene = await apart();
      const { one, other, settle } = scene;
      const [leg, left] = who === 'one' ? [scene.oneLeg, other] : [scene.otherLeg, one];
      leg.offers.plans.push('hangUp');
      const error = await settle(errorOf(one.releaseMedia()));
      if (who === 'one') expect(error).toMatchObject({ name: 'Hangup' });
      else expect(error).toMatchObject({ code: 'INVALID_STATE' });
      await settle(left.waitForDisconnect());
      expect([left.info.isMediaReleased, ...states(left)]).toEqual([false, HERE]);
    });
  }

  it('that takes too long is put back as soon as the far end has answered', async () => {
    const { network, one, other, oneLeg, told, isReleased } = await apart();
    oneLeg.offers.plans.push('collide');
    const late = errorOf(one.releaseMedia({ timeout: 500 }));
    await network.elapse(500);
    expect(await late).toMatchObject({ code: 'TIMEOUT' });
    await network.elapse(5000);
    expect(told.at(-1)?.[1]).toBe('ours');
    expect([isReleased(), ...states(one, other)]).toEqual([[false, false], HERE, HERE]);
  });

  it('is followed by what waits: a hold, and the end of the connection', async () => {
    const { one, other, network, isReleased } = await apart();
    const all = Promise.all([one.releaseMedia(), other.hold().then((state) => [state, ...isReleased()])]);
    await network.elapse(0);
    expect(await all).toEqual([undefined, ['ON_HOLD', false, false]]);
    expect([isReleased(), one.info.mediaDirection, other.info.mediaDirection]).toEqual([
      [false, false],
      'sendrecv',
      'sendonly',
    ]);
  });

  it('lets only those keys come here that signalling hears of', async () => {
    const { network, one, oneLeg, otherLeg, settle } = await apart();
    await settle(one.releaseMedia());
    const session = network.media.sessionOf(oneLeg);
    session?.press('5');
    session?.press('6', 'INBAND');
    oneLeg.request({ method: 'INFO', contentType: 'application/dtmf-relay', body: 'Signal=7\r\n' });
    await network.elapse(500);
    expect(await settle(one.dtmfDetector.getDigits())).toBe('7');
    expect(network.media.sessionOf(otherLeg)?.sentDigits).toBe('');
    expect(otherLeg.requests.map(({ body }) => /Signal=(.)/.exec(body)?.[1])).toEqual(['7']);
    await settle(one.takeMedia());
    session?.press('8');
    await network.elapse(500);
    expect(await settle(one.dtmfDetector.getDigits())).toBe('8');
    expect(network.media.sessionOf(otherLeg)?.sentDigits).toBe('8');
  });

  it('does not let the media timeout count', async () => {
    const { network, one, oneLeg, settle } = await apart({ mediaTimeout: 1000 });
    await settle(one.releaseMedia());
    network.media.sessionOf(oneLeg)?.dropOff();
    await network.elapse(60_000);
    expect(one.state).toBe('ANSWERED');
  });
});

describe('audio that was released', () => {
  it('comes back from the other far end when one offers something, asks for an offer, or is replaced', async () => {
    const { network, one, oneLeg, settle, told, isReleased } = await apart();
    const changes: readonly (() => Promise<unknown>)[] = [
      () => oneLeg.reoffer(at(7000)),
      async () => {
        expect(await oneLeg.reoffer(undefined)).toMatchObject({ media: [{ port: one.info ? expect.any(Number) : 0 }] });
        expect(isReleased()).toEqual([true, true]);
        oneLeg.lateAnswered(at(7000));
      },
      async () => void network.signaling.call({ from: 'sip:taker@192.0.2.9', replaces: oneLeg }),
    ];
    for (const change of changes) {
      await settle(one.releaseMedia());
      expect(isReleased()).toEqual([true, true]);
      told.length = 0;
      await change();
      await settle(settled());
      expect(told).toEqual([['other', 'ours']]);
      expect(isReleased()).toEqual([false, false]);
    }
  });

  it('of which one far end refuses to come back: takeMedia() says so, and can be tried again', async () => {
    const { one, other, otherLeg, settle, isReleased } = await apart();
    await settle(one.releaseMedia());
    otherLeg.offers.plans.push('refuse', 'refuse');
    expect(await settle(errorOf(one.takeMedia()))).toMatchObject({ code: 'REFUSED' });
    await settle(settled());
    expect([isReleased(), ...states(one)]).toEqual([[false, true], HERE]);
    otherLeg.offers.plans = [];
    await settle(other.takeMedia());
    expect([isReleased(), ...states(other)]).toEqual([[false, false], HERE]);
  });

  it('of which one far end will not come back at the end is warned of, and disconnect() resolves', async () => {
    const { logger, told: warned } = warnings();
    const { one, otherLeg, settle } = await apart({ logger });
    await settle(one.releaseMedia());
    otherLeg.offers.plans.push('refuse');
    expect(await settle(one.disconnect())).toBe(true);
    expect(warned).toEqual([NOT_BACK]);
  });

  it('of which one far end will not come back at the end: that is played to unheard, until hold() and resume() bring it back', async () => {
    const { network, one, other, otherLeg, settle, isReleased } = await apart();
    await settle(one.releaseMedia());
    otherLeg.offers.plans.push('refuse');
    const parting = one.disconnect();
    const begun = other.filePlayer.play('tone.wav');
    await settle(parting);
    expect([isReleased(), ...states(other)]).toEqual([
      [false, true],
      ['ANSWERED', 'inactive'],
    ]);
    await network.elapse(1000);
    expect(await begun).toBe('NORMAL');
    const unheard = other.filePlayer.play('tone.wav');
    await network.elapse(1000);
    expect(await unheard).toBe('NORMAL');
    expect(network.media.sessionOf(otherLeg)?.heard()).toMatchObject([{ playedMs: 0 }, { playedMs: 0 }]);
    expect(await settle(other.hold())).toBe('ON_HOLD');
    expect(await settle(other.resume())).toBe('ANSWERED');
    expect([isReleased(), ...states(other)]).toEqual([[false, false], HERE]);
    const heard = other.filePlayer.play('tone.wav');
    await network.elapse(1000);
    expect(await heard).toBe('NORMAL');
    expect(network.media.sessionOf(otherLeg)?.heard().at(-1)).toMatchObject({ complete: true });
  });

  it('of which one far end will not come back at the end can be taken back in a further connection', async () => {
    const { one, other, otherLeg, settle, told, isReleased } = await apart();
    await settle(one.releaseMedia());
    otherLeg.offers.plans.push('refuse');
    await settle(one.disconnect());
    await settle(one.connect(other));
    told.length = 0;
    await settle(one.takeMedia());
    expect([told, isReleased()]).toEqual([[['other', 'ours']], [false, false]]);
  });

  it('of which one far end comes back late, by itself, leaves alone what is released with somebody else by then', async () => {
    const { network, one, other, otherLeg, settle } = await apart();
    await settle(one.releaseMedia());
    otherLeg.offers.plans.push('refuse');
    await settle(one.disconnect());
    const third = network.host.channel();
    await third.call('sip:third@192.0.2.2');
    await one.connect(third);
    await settle(one.releaseMedia());
    await otherLeg.reoffer(at(8000));
    await settle(settled());
    expect([one, other, third].map(({ info }) => info.isMediaReleased)).toEqual([true, false, true]);
  });

  it('of which the other far end refuses to come back is held all the same, and that is in the log', async () => {
    const { logger, told: warned } = warnings();
    const { one, otherLeg, settle, isReleased } = await apart({ logger });
    await settle(one.releaseMedia());
    otherLeg.offers.plans.push('refuse', 'refuse');
    expect(await settle(one.hold())).toBe('ON_HOLD');
    expect(isReleased()).toEqual([false, true]);
    expect(new Set(warned)).toEqual(new Set([NOT_BACK]));
  });

  it('is not asked for by the way when both calls are hung up together', async () => {
    const { network, one, other, settle, told, isReleased } = await apart();
    await settle(one.releaseMedia());
    told.length = 0;
    await settle(Promise.all([one.hangUp(), other.hangUp()]));
    expect([told, isReleased()]).toEqual([[], [false, false]]);
    expect(network.clock.pending).toBe(0);
  });
});
