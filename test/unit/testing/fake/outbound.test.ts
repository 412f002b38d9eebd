import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/index.ts';
import { type CalleePlan, createFakeChannel } from '../../../../src/testing.ts';

const ALICE = 'sip:alice@example.com';

/** How one call out ends up, and when. */
async function outcome(callee: CalleePlan): Promise<readonly unknown[]> {
  const { channel, clock } = createFakeChannel({ direction: 'outbound', callee });
  const states: string[] = [];
  channel.on('state', (state) => states.push(state));
  await channel.call(ALICE, { timeout: 60_000 });
  return [states.join(' '), channel.cause, channel.info.rawCause, clock.now()];
}

const RINGS = 'CALL_OUTGOING RING_OUTGOING';

describe('the planned far end of an outbound fake call', () => {
  it.each<[CalleePlan, readonly unknown[]]>([
    ['ANSWERED', [`${RINGS} ANSWERED`, 'NORMAL', undefined, 0]],
    [{ after: 4000 }, [`${RINGS} ANSWERED`, 'NORMAL', undefined, 4000]],
    [{ after: 4000, ring: false }, ['CALL_OUTGOING ANSWERED', 'NORMAL', undefined, 4000]],
    ['BUSY', ['CALL_OUTGOING IDLE', 'BUSY', '486', 0]],
    ['REJECTED', ['CALL_OUTGOING IDLE', 'REJECTED', '603', 0]],
    ['FAILED', ['CALL_OUTGOING IDLE', 'FAILED', '488', 0]],
    [{ outcome: 'NOANSWER', after: 30_000 }, [`${RINGS} IDLE`, 'NOANSWER', '480', 30_000]],
    ['TIMEOUT', [`${RINGS} IDLE`, 'TIMEOUT', undefined, 60_000]],
    [{ outcome: 404, after: 10, reason: 'Not Found' }, ['CALL_OUTGOING IDLE', 'UNOBTAINABLE', '404', 10]],
  ])('%o', async (plan, expected) => {
    expect(await outcome(plan)).toEqual(expected);
  });

  it('takes one plan for each call, and the last one for the rest', async () => {
    const call = createFakeChannel({ direction: 'outbound', callee: ['BUSY', 'TIMEOUT', 'ANSWERED'] });
    const causes: string[] = [];
    const state = await call.run(async (channel: Channel) => {
      for (let attempt = 0; attempt < 4; attempt++) {
        await channel.call(ALICE, { timeout: 10_000 });
        causes.push(channel.cause);
        if (channel.state === 'ANSWERED') await channel.hangUp();
      }
      return channel.state;
    });
    expect([causes, state, call.clock.now(), call.clock.pending]).toEqual([
      ['BUSY', 'TIMEOUT', 'NORMAL', 'NORMAL'],
      'IDLE',
      10_000,
      0,
    ]);
    expect(call.caller.steps.map(({ step, detail }) => `${step} ${detail}`)).toEqual([
      `call ${ALICE}`,
      `call ${ALICE}`,
      'release ',
      `call ${ALICE}`,
      'release ',
      `call ${ALICE}`,
      'release ',
    ]);
  });

  it('has the codecs that it is given', async () => {
    const { channel } = createFakeChannel({ direction: 'outbound', callee: { codecs: ['PCMA'] } });
    await channel.call(ALICE);
    expect((await channel.mediaStatistics()).codec).toBe('PCMA');
  });

  it.each([['HAPPY'], [200], [{ outcome: 'NORMAL' }], [{ delay: 5 }], [{ after: -1 }], [null], [{ codecs: ['G729'] }]])(
    'is refused when it makes no sense: %o',
    (callee) => {
      expect(() => createFakeChannel({ direction: 'outbound', callee: callee as 'BUSY' })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    },
  );
});

describe('a fake call that came in', () => {
  it('cannot call out, and says what can', async () => {
    await expect(createFakeChannel().channel.call(ALICE)).rejects.toThrow(
      "use ua.channel(), or in a test createFakeChannel({ direction: 'outbound' })",
    );
  });
});

describe('the far end of an outbound fake call, by hand', () => {
  it('lets it ring, answers and talks', async () => {
    const { channel, caller, clock } = createFakeChannel({ direction: 'outbound', anyPrompt: 1000 });
    const calling = channel.call(ALICE);
    await caller.waitFor('call', ALICE);
    await caller.ring({ after: 500 });
    expect(channel.state).toBe('RING_OUTGOING');
    await caller.answer({ after: 3000, codecs: ['PCMU'] });
    expect([await calling, clock.now()]).toEqual(['ANSWERED', 3500]);
    const playing = channel.filePlayer.play('reminder.wav', { bargeIn: true });
    await caller.waitForPrompt('reminder.wav');
    await caller.press('1');
    expect(await playing).toBe('BARGEIN');
    await caller.hangUp();
    expect([channel.state, channel.info.hangup?.by, clock.pending]).toEqual(['IDLE', 'remote', 0]);
  });

  it('waits for the call that comes next', async () => {
    const { channel, caller } = createFakeChannel({ direction: 'outbound' });
    const answering = caller.refuse('BUSY', { reason: 'Busy Here' });
    expect(await channel.call(ALICE)).toBe('IDLE');
    await answering;
    expect(channel.info.hangup).toMatchObject({ by: 'remote', status: 486, reason: 'Busy Here' });
    const again = channel.call(ALICE);
    await caller.waitFor('call');
    await caller.hangUp();
    expect([await again, channel.cause]).toEqual(['IDLE', 'REJECTED']);
  });

  it('may never answer', async () => {
    const { channel, caller, clock } = createFakeChannel({ direction: 'outbound' });
    const calling = channel.call(ALICE, { timeout: 20_000 });
    await caller.noAnswer();
    expect([await calling, channel.cause, clock.now()]).toEqual(['IDLE', 'TIMEOUT', 20_000]);
    await expect(caller.refuse(180)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('a far end that has dropped off the network', () => {
  it('is noticed after the media timeout, and confirms no BYE', async () => {
    const call = createFakeChannel({ anyPrompt: 600_000, mediaTimeout: 20_000 });
    const ended = call.run(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('long.wav');
    });
    await call.caller.waitFor('play');
    await call.clock.advance(1000);
    call.caller.dropOff();
    await call.caller.press('1');
    expect(await ended).toBeUndefined();
    expect([
      call.channel.cause,
      call.channel.info.hangup?.by,
      call.channel.journal.entries.some(({ kind }) => kind === 'digit'),
    ]).toEqual(['OUTOFORDER', 'network', false]);
    expect(call.caller.heard()).toMatchObject([{ playedMs: 1000 }]);
    // The BYE is repeated for 32 seconds.
    expect([call.clock.now(), call.clock.pending]).toEqual([1000 + 20_000 + 32_000, 0]);
  });

  it('lets the application wait for the end of its BYE', async () => {
    const { channel, caller, clock } = createFakeChannel();
    await channel.answer();
    caller.dropOff();
    caller.dropOff();
    expect([await channel.hangUp(), clock.now(), clock.pending]).toEqual(['IDLE', 32_000, 0]);
  });

  it('acknowledges no answer', async () => {
    const { channel, caller, clock } = createFakeChannel();
    caller.dropOff();
    await expect(channel.answer()).rejects.toMatchObject({ code: 'HANGUP', info: { by: 'network', status: 408 } });
    expect([clock.now(), clock.pending]).toEqual([32_000, 0]);
  });

  it('answers no call', async () => {
    const { channel, caller, clock } = createFakeChannel({ direction: 'outbound', callee: 'ANSWERED' });
    caller.dropOff();
    expect([await channel.call(ALICE), channel.cause, clock.now(), clock.pending]).toEqual([
      'IDLE',
      'TIMEOUT',
      32_000,
      0,
    ]);
  });
});
