import { describe, expect, it } from 'vitest';
import { ChannelError } from '../../../src/errors.ts';
import type { SessionDescription } from '../../../src/media-description.ts';
import { settled } from '../../../src/testing/clock/settled.ts';
import { fakeDescription } from '../../../src/testing/fake/fake-description.ts';
import { FakeNetwork } from '../../../src/testing/fake/fake-network.ts';
import { answeredCall, call, errorOf } from './scene.ts';

const directionOf = (description: SessionDescription | number): unknown =>
  typeof description === 'number' ? description : description.media[0]?.direction;

describe('answering', () => {
  it('opens media only then, and closes it with the call', async () => {
    const { network, channel, leg } = call();
    await channel.ring();
    expect(network.media.sessions).toHaveLength(0);
    await channel.answer();
    expect(network.media.sessions).toHaveLength(1);
    leg.end({ by: 'remote' });
    expect(network.media.sessions[0]?.isClosed).toBe(true);
  });

  it('with early media gives the same answer twice and opens media once', async () => {
    const { network, channel, leg } = call();
    await channel.ring({ earlyMedia: true });
    await channel.answer();
    expect(leg.sent).toEqual(['early media', 'answer']);
    expect(network.media.sessions).toHaveLength(1);
  });

  it('plays one ringtone when it is rung twice at once', async () => {
    const { network, channel } = call();
    const begun: string[] = [];
    network.media.onOpen = (session) => {
      session.onBegin = (what) => begun.push(what);
    };
    const ring = () => channel.ring({ earlyMedia: true, ringtone: 'tone.wav' });
    const [first, second] = await Promise.allSettled([ring(), ring()]);
    expect(first).toEqual({ status: 'fulfilled', value: 'RING_INCOMING' });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'BUSY' } });
    expect(begun).toEqual(['play']);
    expect(await channel.answer()).toBe('ANSWERED');
  });

  it('early media after a late offer is plain ringing', async () => {
    const { channel, leg } = call({ codecs: 'none' });
    await channel.ring({ earlyMedia: true, ringtone: 'tone.wav' });
    expect(leg.sent).toEqual(['ring']);
  });

  it('makes the offer when the INVITE had none, and takes the answer from the ACK', async () => {
    const { channel, leg } = call({ codecs: 'none' });
    leg.lateAnswer = fakeDescription(['PCMA'], 'sendrecv', 1);
    await channel.answer();
    expect((await channel.mediaStatistics()).codec).toBe('PCMA');
  });

  it('ends the call when the ACK after a late offer has no answer, or one that cannot be used', async () => {
    const without = call({ codecs: 'none' });
    expect(await errorOf(without.channel.answer())).toMatchObject({ code: 'MALFORMED_SDP' });
    expect(without.leg.released).toBeDefined();
    const useless = call({ codecs: 'none' });
    useless.leg.lateAnswer = fakeDescription(['G729'], 'sendrecv', 1);
    expect(await errorOf(useless.channel.answer())).toMatchObject({ code: 'NO_COMMON_CODEC' });
    expect(useless.leg.released).toBeDefined();
  });

  it('without a free port refuses the call with 503', async () => {
    const { network, channel, leg } = call();
    network.media.portsLeft = 0;
    expect(await errorOf(channel.answer())).toMatchObject({ code: 'PORTS_EXHAUSTED' });
    await settled();
    expect(leg.released?.status).toBe(503);
    expect([channel.state, channel.cause, channel.info.rawCause]).toEqual(['IDLE', 'NOCHANNELS', '503']);
  });

  it('early media without a common codec refuses the call with 488', async () => {
    const { channel, leg } = call({ codecs: ['G729'] });
    expect(await errorOf(channel.ring({ earlyMedia: true }))).toMatchObject({ code: 'NO_COMMON_CODEC' });
    expect(leg.released?.status).toBe(488);
  });

  it('rejects with Hangup when no ACK comes', async () => {
    const { channel, leg } = call();
    leg.confirms = false;
    const answering = errorOf(channel.answer());
    await settled();
    expect(channel.state).toBe('ANSWERING');
    leg.end({ by: 'network', text: 'no ACK' });
    expect(await answering).toMatchObject({ code: 'HANGUP', info: { by: 'network' } });
    expect(channel.cause).toBe('ERROR');
  });

  for (const [what, options] of [
    ['its signal', (signal: AbortSignal) => ({ signal })],
    ['its timeout', () => ({ timeout: 100 })],
  ] as const) {
    it(`given up by ${what} leaves no half-answered call`, async () => {
      const { network, channel, leg } = call();
      const abort = new AbortController();
      leg.confirms = false;
      const answering = errorOf(channel.answer(options(abort.signal)));
      await settled();
      abort.abort('never mind');
      await network.elapse(100);
      const error = await answering;
      if (what === 'its signal') expect(error).toBe('never mind');
      else expect(error).toMatchObject({ code: 'TIMEOUT' });
      expect(leg.released).toBeDefined();
      leg.end({ by: 'local' });
      expect(channel.state).toBe('IDLE');
    });
  }

  it('sends the header fields that are given', async () => {
    const { channel, leg } = call();
    await channel.answer({ headers: { 'X-Account': ['1', '2'] } });
    expect(leg.answerHeaders).toEqual([
      { name: 'X-Account', value: '1' },
      { name: 'X-Account', value: '2' },
    ]);
  });

  it('while media is being opened, a caller who gives up leaves no media behind', async () => {
    const { network, channel, leg } = call();
    const answering = errorOf(channel.answer());
    leg.end({ by: 'remote', status: 487 });
    expect(await answering).toMatchObject({ code: 'HANGUP' });
    await settled();
    expect(network.media.sessions.every((session) => session.isClosed)).toBe(true);
  });
});

describe('offers in the middle of a call (RFC 3264 §8)', () => {
  it('a hold leaves the call ANSWERED; info shows it', async () => {
    const { channel, leg } = await answeredCall();
    expect(channel.info.mediaDirection).toBe('sendrecv');
    expect(directionOf(await leg.reoffer(fakeDescription(['PCMU'], 'sendonly', 2)))).toBe('recvonly');
    expect([channel.state, channel.info.mediaDirection]).toEqual(['ANSWERED', 'recvonly']);
    await leg.reoffer(fakeDescription(['PCMU'], 'sendrecv', 3));
    expect(channel.info.mediaDirection).toBe('sendrecv');
  });

  it('without a description asks for our offer; the answer comes in the ACK', async () => {
    const { channel, leg } = await answeredCall();
    expect(directionOf(await leg.reoffer(undefined))).toBe('sendrecv');
    leg.lateAnswered(fakeDescription(['PCMA'], 'sendonly', 2));
    expect(channel.info.mediaDirection).toBe('recvonly');
  });

  it('without a common codec is refused with 488, and the session stays', async () => {
    const { channel, leg } = await answeredCall();
    expect(await leg.reoffer(fakeDescription(['G729'], 'sendrecv', 2))).toBe(488);
    expect([channel.state, channel.info.mediaDirection]).toEqual(['ANSWERED', 'sendrecv']);
  });

  it('a useless late answer leaves the session as it was', async () => {
    const { channel, leg } = await answeredCall();
    await leg.reoffer(undefined);
    leg.lateAnswered(fakeDescription(['G729'], 'sendonly', 2));
    expect([channel.state, channel.info.mediaDirection]).toEqual(['ANSWERED', 'sendrecv']);
  });

  it('before there is media is refused with 491, after the end with 481', async () => {
    const { channel, leg } = call();
    expect(await leg.reoffer(undefined)).toBe(491);
    leg.confirms = false;
    void channel.hangUp();
    expect(await leg.reoffer(undefined)).toBe(481);
  });
});

describe('details', () => {
  it('tell the header fields of the INVITE, in any case', () => {
    const { channel } = call({ from: 'sip:alice@a', to: 'sip:ivr@b', headers: [{ name: 'X-Account', value: '42' }] });
    expect(channel.info.header('x-account')).toEqual(['42']);
    expect(channel.info.header('X-None')).toEqual([]);
    expect([channel.info.from, channel.info.to]).toEqual(['sip:alice@a', 'sip:ivr@b']);
  });

  it('are empty when there was no call', () => {
    const { info } = new FakeNetwork().host.channel();
    expect([info.from, info.callId, info.duration, info.hangup, info.rawCause]).toEqual([
      '',
      '',
      0,
      undefined,
      undefined,
    ]);
    expect(info.header('From')).toEqual([]);
  });

  it('an event that is none is refused', () => {
    const { channel } = call();
    expect(() => channel.on('answered' as 'state', () => undefined)).toThrow(ChannelError);
  });
});
