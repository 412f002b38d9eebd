import { describe, expect, it } from 'vitest';
import { State } from '../../../../src/index.ts';
import { createFakeChannel, createFakeUserAgent } from '../../../../src/testing.ts';

const TARGET = 'sip:target@192.0.2.3';

describe('a fake caller that is held', () => {
  it('knows it, and the test can wait for it', async () => {
    const call = createFakeChannel({ prompts: { 'a.wav': 1000 } });
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.hold();
      await channel.sleep(1000);
      await channel.resume();
      await channel.filePlayer.play('a.wav');
    });
    await call.caller.waitFor('hold');
    expect([call.caller.isHeld, call.channel.state]).toEqual([true, State.ON_HOLD]);
    await call.caller.waitFor('resume');
    expect(call.caller.isHeld).toBe(false);
    await done;
    call.caller.assertAllDone();
  });

  it('does with offers what it plans', async () => {
    const call = createFakeChannel();
    const outcomes: unknown[] = [];
    call.caller.planOffers('refuse', 'collide', 'accept', 'hangUp');
    await call.run(async (channel) => {
      await channel.answer();
      await channel.hold().catch((error: { code: string }) => outcomes.push(error.code));
      const started = call.clock.now();
      outcomes.push(await channel.hold());
      outcomes.push(call.clock.now() - started >= 1000);
      await channel.resume();
    });
    expect(outcomes).toEqual(['REFUSED', 'ON_HOLD', true]);
    expect([call.channel.state, call.caller.ended?.by]).toEqual([State.IDLE, 'remote']);
  });

  it('plans only what there is', () => {
    const { caller } = createFakeChannel();
    expect(() => caller.planOffers('nonsense' as 'accept')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    for (const plan of ['nonsense', { status: 200 }, { after: -1 }, { when: 5 }, 200, undefined]) {
      if (plan === undefined) continue;
      expect(() => caller.planTransfers(plan as 'BUSY'), String(plan)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });
});

describe('a fake caller that is transferred', () => {
  it('does what it plans, one after the other', async () => {
    const call = createFakeChannel();
    call.caller.planTransfers('REFUSED', 'BUSY', { outcome: 'ANSWERED', after: 4000 });
    const causes: string[] = [];
    await call.run(async (channel) => {
      await channel.answer();
      for (let tries = 0; tries < 3; tries++) causes.push(await channel.transfer(TARGET));
    });
    expect(causes).toEqual(['FAIL', 'TARGETREJECT', 'NORMAL']);
    expect(call.caller.steps.filter(({ step }) => step === 'transfer').map(({ detail }) => detail)).toEqual([
      TARGET,
      TARGET,
      TARGET,
    ]);
  });

  it('asks for it, and is told how it goes', async () => {
    const call = createFakeUserAgent({ callee: { after: 2000 } });
    call.ua.onCall(async (channel) => {
      const [other] = channel.extraChannel;
      channel.on('transferRequest', (request) => {
        if (other && request.referredBy === 'sip:boss@192.0.2.2') void request.accept(other);
        else request.reject('BARRED');
      });
      await channel.answer();
      await channel.waitForIdle();
    });
    const { caller } = call.incoming();
    await caller.waitFor('answer');
    expect(await caller.transfer(TARGET)).toEqual({ status: 403, progress: [] });
    const referral = await caller.transfer(TARGET, { referredBy: 'sip:boss@192.0.2.2' });
    expect(referral.status).toBe(202);
    await call.party();
    await caller.silence(2000);
    expect(referral.progress).toEqual([100, 180, 200]);
    await caller.hangUp();
    await call[Symbol.asyncDispose]();
  });

  it('cannot ask before the answer, nor for nobody', async () => {
    const { caller, channel } = createFakeChannel();
    await expect(caller.transfer(TARGET)).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await channel.answer();
    await expect(caller.transfer('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(caller.transfer(TARGET, { by: 1 } as object)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(caller.replace({ to: 1 } as object)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('a fake caller whose place somebody else takes', () => {
  it('is that one from then on', async () => {
    const call = createFakeChannel();
    const seen: string[] = [];
    const done = call.run(async (channel) => {
      channel.on('replaced', () => seen.push(channel.info.from));
      await channel.answer();
      return channel.dtmfDetector.getDigits({ count: 3, predigitsTimeout: 60_000 });
    });
    await call.caller.waitFor('answer');
    await call.caller.press('1');
    expect(await call.caller.replace({ from: 'sip:taker@192.0.2.9' })).toBe(200);
    await call.caller.press('23');
    expect([await done, seen]).toEqual(['123', ['sip:taker@192.0.2.9']]);
    expect(call.caller.ended?.by).toBe('local');
  });

  it('stays there when it is refused', async () => {
    const call = createFakeChannel();
    const done = call.run(async (channel) => {
      await channel.answer();
      await channel.waitForIdle();
    });
    await call.caller.waitFor('answer');
    await call.caller.hold();
    expect(call.channel.info.isHeld).toBe(true);
    await call.caller.hangUp();
    await done;
    await expect(call.caller.replace()).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });
});

describe('a fake call that is sent elsewhere', () => {
  it('by the application: the caller has the addresses', async () => {
    const call = createFakeChannel();
    await call.run((channel) => channel.redirect([TARGET, 'sip:other@192.0.2.4']));
    expect([call.caller.refusedWith, call.caller.redirectedTo]).toEqual([300, [TARGET, 'sip:other@192.0.2.4']]);
  });

  it('by the called party: it goes on with the next plan', async () => {
    const plans = { direction: 'outbound', callee: [{ redirect: TARGET }, 'ANSWERED'] } as const;
    const followed = createFakeChannel(plans);
    await followed.run(async (channel) => {
      expect(await channel.call('sip:b@192.0.2.2', { maxRedirects: 1 })).toBe(State.ANSWERED);
    });
    const ended = createFakeChannel(plans);
    await ended.run(async (channel) => {
      expect(await channel.call('sip:b@192.0.2.2')).toBe(State.IDLE);
    });
    expect([ended.channel.info.rawCause, ended.channel.info.hangup?.contacts]).toEqual(['302', [TARGET]]);
  });

  it.each([{ redirect: '' }, { redirect: [] }, { redirect: TARGET, outcome: 'BUSY' }, { redirect: [5] }])(
    'only as %o does not say',
    (plan) => {
      expect(() => createFakeChannel({ direction: 'outbound', callee: plan as { redirect: string } })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    },
  );
});
