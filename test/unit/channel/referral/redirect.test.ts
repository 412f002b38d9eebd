import { describe, expect, it } from 'vitest';
import { FakeNetwork } from '../../../../src/testing/fake/fake-network.ts';
import { answeredCall, call, errorOf } from '../scene.ts';

describe('redirect()', () => {
  it.each([
    ['sip:office@192.0.2.7', 302, ['sip:office@192.0.2.7']],
    [['office@192.0.2.7'], 302, ['sip:office@192.0.2.7']],
    [['sip:a@192.0.2.7', 'sips:b@example.com'], 300, ['sip:a@192.0.2.7', 'sips:b@example.com']],
  ])('to %o answers %s', async (to, status, contacts) => {
    const { channel, leg } = call();
    expect(await channel.redirect(to)).toBe('IDLE');
    expect(leg.released).toMatchObject({ status, contacts });
    expect([channel.cause, channel.info.rawCause]).toEqual(['NORMAL', String(status)]);
    expect(channel.info.hangup).toMatchObject({ by: 'local', contacts });
  });

  it('is possible while it rings, not when it is answered', async () => {
    const ringing = call();
    await ringing.channel.ring();
    expect(await ringing.channel.redirect('sip:a@192.0.2.7')).toBe('IDLE');
    const { channel } = await answeredCall();
    expect(await errorOf(channel.redirect('sip:a@192.0.2.7'))).toMatchObject({ code: 'INVALID_STATE' });
    expect(channel.state).toBe('ANSWERED');
  });

  it.each([[''], [[]], [['sip:a@b', 'x y']], [5], [undefined], [Array.from({ length: 21 }, () => 'sip:a@b')]])(
    'refuses %o',
    async (to) => {
      const { channel } = call();
      expect(await errorOf(channel.redirect(to as string))).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(channel.state).toBe('CALL_INCOMING');
    },
  );
});

describe('a call that is sent elsewhere', () => {
  async function redirected(maxRedirects: number | undefined, statuses: readonly number[] = [302]) {
    const network = new FakeNetwork({});
    network.signaling.onDial = (leg) => {
      for (const [index, status] of statuses.entries()) {
        if (!leg.redirect([`sip:place-${index}@192.0.2.7`], status)) return;
      }
      leg.accept();
    };
    const channel = network.host.channel();
    const state = await channel.call('sip:b@192.0.2.2', { maxRedirects });
    return { channel, state };
  }

  it.each([
    [301, 'CHANGED'],
    [302, 'FAILED'],
    [300, 'FAILED'],
  ])('with %s ends with %s unless told otherwise, and says where it points', async (status, cause) => {
    const { channel, state } = await redirected(undefined, [status]);
    expect([state, channel.cause, channel.info.hangup?.contacts]).toEqual(['IDLE', cause, ['sip:place-0@192.0.2.7']]);
  });

  it('goes there as often as it may', async () => {
    expect((await redirected(1)).state).toBe('ANSWERED');
    const { channel, state } = await redirected(1, [302, 302]);
    expect([state, channel.info.hangup?.contacts]).toEqual(['IDLE', ['sip:place-1@192.0.2.7']]);
    expect(String(channel.journal)).toContain('redirected to sip:place-0@192.0.2.7');
  });

  it.each([-1, 1.5, 71, '1', Number.NaN])('cannot be so %s times', async (maxRedirects) => {
    const channel = new FakeNetwork({}).host.channel();
    const calling = channel.call('sip:b@192.0.2.2', { maxRedirects: maxRedirects as number });
    expect(await errorOf(calling)).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
