import { describe, expect, test } from 'vitest';
import { LocalExchange } from '../../../../src/channel/local/local-exchange.ts';
import { type LocalLeg, localLegs } from '../../../../src/channel/local/local-leg.ts';
import type { LegEvent, Release } from '../../../../src/channel/signaling-port.ts';
import { silentLogger } from '../../../../src/logger.ts';
import type { SessionDescription } from '../../../../src/media-description.ts';
import { fakeDescription } from '../../../../src/testing/fake/fake-description.ts';

const INVITE = {
  requestUri: 'sip:agent@local.invalid',
  from: 'sip:offhook@local.invalid',
  to: 'sip:agent@local.invalid',
  callId: 'one@local.invalid',
  transport: 'LOCAL',
  remoteAddress: '',
  header: () => [],
};
const OFFER = fakeDescription(['PCMU'], 'sendrecv', 1);
const ANSWER = fakeDescription(['PCMU'], 'sendrecv', 2);

function eventsOf(leg: LocalLeg, on: (event: LegEvent) => void = () => undefined): LegEvent[] {
  const events: LegEvent[] = [];
  leg.listen((event) => {
    events.push(event);
    on(event);
  });
  return events;
}

function call(): { caller: LocalLeg; called: LocalLeg; heard: LegEvent[]; told: LegEvent[] } {
  const { caller, called } = localLegs({ invite: INVITE, offer: OFFER, logger: silentLogger });
  return { caller, called, heard: eventsOf(caller), told: eventsOf(called) };
}

/** All microtasks have run. */
const calm = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a call within the process', () => {
  test('shows its offer to the called side alone', () => {
    const { caller, called } = call();
    expect([caller.offer, called.offer]).toEqual([undefined, OFFER]);
    expect([caller.direction, called.direction]).toEqual(['outbound', 'inbound']);
    expect(called.invite).toBe(INVITE);
  });

  test('rings, plays before the answer, and is answered', async () => {
    const { called, heard, told } = call();
    called.ring();
    called.ring(ANSWER);
    expect(heard).toEqual([]);
    expect(await called.answer(ANSWER)).toBeUndefined();
    expect(heard).toEqual([
      { type: 'progress', status: 180, description: undefined },
      { type: 'progress', status: 183, description: ANSWER },
      { type: 'answered', description: ANSWER },
    ]);
    expect(told).toEqual([]);
  });

  test('keeps what happens until somebody listens', async () => {
    const { caller, called } = localLegs({ invite: INVITE, offer: OFFER, logger: silentLogger });
    called.ring();
    called.release({ status: 486 });
    await calm();
    expect(eventsOf(caller).map(({ type }) => type)).toEqual(['progress', 'ended']);
  });

  test('is refused with the status and the reason that the called side gives', async () => {
    const { called, heard, told } = call();
    called.release({ status: 486, reason: 'Busy Here', text: 'rejected: BUSY' });
    await calm();
    expect(heard).toEqual([
      {
        type: 'ended',
        info: { by: 'remote', status: 486, reason: 'Busy Here', text: 'the far end answered 486 Busy Here' },
      },
    ]);
    expect(told).toEqual([
      { type: 'ended', info: { by: 'local', status: 486, reason: 'Busy Here', text: 'rejected: BUSY' } },
    ]);
  });

  test.each<[Release, number]>([
    [{}, 603],
    [{ status: 200 }, 603],
    [{ status: 302, contacts: ['sip:other@192.0.2.9'] }, 302],
  ])('is refused with a final status for %j', async (release, status) => {
    const { called, heard } = call();
    called.release(release);
    await calm();
    expect(heard).toMatchObject([{ type: 'ended', info: { status, contacts: release.contacts } }]);
  });

  test('is given up by its caller, and cannot be answered any more', async () => {
    const { caller, called, heard, told } = call();
    caller.release({ q850: 16, text: 'no time' });
    expect(await called.answer(ANSWER)).toBeUndefined();
    called.ring();
    await calm();
    expect(told).toEqual([
      { type: 'ended', info: { by: 'remote', reason: 'no time', q850: 16, text: 'no time', contacts: undefined } },
    ]);
    expect(heard).toMatchObject([{ type: 'ended', info: { by: 'local', status: undefined } }]);
  });

  test('ends once for each side, also when both hang up at once', async () => {
    const { caller, called, heard, told } = call();
    await called.answer(ANSWER);
    heard.length = 0;
    caller.release();
    called.release();
    caller.release();
    expect([heard, told]).toEqual([[], []]);
    await calm();
    expect(heard).toMatchObject([{ type: 'ended', info: { by: 'local' } }]);
    expect(told).toMatchObject([{ type: 'ended', info: { by: 'remote', status: undefined } }]);
  });

  test('is over before its answer is acknowledged when the caller hangs up on hearing of it', async () => {
    const { caller, called } = localLegs({ invite: INVITE, offer: OFFER, logger: silentLogger });
    eventsOf(caller, ({ type }) => {
      if (type === 'answered') caller.release();
    });
    const order: string[] = [];
    eventsOf(called, ({ type }) => order.push(type));
    await called.answer(ANSWER).then(() => order.push('acknowledged'));
    expect(order).toEqual(['ended', 'acknowledged']);
  });

  test('tells nobody who has left of anything but the end', async () => {
    const { caller, called, heard } = call();
    called.ring();
    caller.release();
    called.ring();
    await calm();
    expect(heard.map(({ type }) => type)).toEqual(['progress', 'ended']);
  });

  test('survives a listener that throws', async () => {
    const { caller, called } = localLegs({ invite: INVITE, offer: OFFER, logger: silentLogger });
    caller.listen(() => {
      throw new Error('a bug');
    });
    called.ring();
    expect(await called.answer(ANSWER)).toBeUndefined();
  });

  test('is rung and answered by the called side only, and answered once', async () => {
    const { caller, called } = call();
    expect(() => caller.ring()).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }));
    await expect(caller.answer(ANSWER)).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await called.answer(ANSWER);
    await expect(called.answer(ANSWER)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });
});

describe('in the middle of a call within the process', () => {
  async function answered(onCalled: (event: LegEvent) => void = () => undefined) {
    const { caller, called } = localLegs({ invite: INVITE, offer: OFFER, logger: silentLogger });
    const heard = eventsOf(caller);
    const told = eventsOf(called, onCalled);
    await called.answer(ANSWER);
    heard.length = 0;
    return { caller, called, heard, told };
  }
  const accepts =
    (answer: SessionDescription) =>
    (event: LegEvent): void => {
      if (event.type === 'offer') event.reply.accept(answer);
    };

  test('an offer is answered', async () => {
    const { caller, told } = await answered(accepts(ANSWER));
    expect(await caller.reinvite(() => OFFER)).toBe(ANSWER);
    expect(told).toMatchObject([{ type: 'offer', description: OFFER }]);
  });

  test('an offer is refused', async () => {
    const { caller } = await answered((event) => {
      if (event.type === 'offer') event.reply.refuse(488);
    });
    await expect(caller.reinvite(() => OFFER)).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(caller.reinvite(() => OFFER)).rejects.toMatchObject({ code: 'REFUSED' });
  });

  test('offers of both sides at once are made one after the other', async () => {
    const { caller, called, heard } = await answered(accepts(ANSWER));
    let isAnswered = false;
    const first = caller
      .reinvite(() => OFFER)
      .then(() => {
        isAnswered = true;
      });
    caller.listen((event) => {
      heard.push(event);
      expect(isAnswered).toBe(true);
      accepts(OFFER)(event);
    });
    expect(await called.reinvite(() => ANSWER)).toBe(OFFER);
    await first;
    expect(heard).toHaveLength(1);
  });

  test('a second offer of the same side is BUSY', async () => {
    const { caller } = await answered(accepts(ANSWER));
    const first = caller.reinvite(() => OFFER);
    await expect(caller.reinvite(() => OFFER)).rejects.toMatchObject({ code: 'BUSY' });
    expect(await first).toBe(ANSWER);
  });

  test('an offer that nobody answers ends with the call', async () => {
    const { caller, called } = await answered();
    const pending = caller.reinvite(() => OFFER);
    const own = called.reinvite(() => OFFER);
    await calm();
    called.release();
    await expect(pending).rejects.toMatchObject({ code: 'HANGUP', info: { by: 'remote' } });
    await expect(own).rejects.toMatchObject({ code: 'HANGUP', info: { by: 'local' } });
  });

  test('an offer that is made as the other side hangs up does not come after the end', async () => {
    const { caller, called, heard } = await answered(accepts(ANSWER));
    const pending = called.reinvite(() => OFFER);
    caller.release();
    await expect(pending).rejects.toMatchObject({ code: 'HANGUP', info: { by: 'remote' } });
    await calm();
    expect(heard.map(({ type }) => type)).toEqual(['ended']);
  });

  test('an offer that cannot be made rejects with the reason, and the next one is made', async () => {
    const { caller } = await answered(accepts(ANSWER));
    const bug = new Error('no offer');
    const failing = caller.reinvite(() => {
      throw bug;
    });
    await expect(failing).rejects.toBe(bug);
    expect(await caller.reinvite(() => OFFER)).toBe(ANSWER);
  });

  test('a request is taken', async () => {
    const { called, heard } = await answered();
    const request = { method: 'INFO', body: 'hello', headers: [] } as const;
    expect(await called.send(request)).toBe(200);
    expect(heard).toEqual([{ type: 'request', request }]);
  });

  test('nothing of it is possible before the answer and after the end', async () => {
    const { caller, called } = call();
    const request = { method: 'INFO', body: 'hello', headers: [] } as const;
    const state = { code: 'INVALID_STATE' };
    const nothingGoes = async (): Promise<void> => {
      await expect(caller.send(request)).rejects.toMatchObject(state);
      await expect(called.reinvite(() => OFFER)).rejects.toMatchObject(state);
      expect(() => caller.refer({ to: 'sip:b@192.0.2.3' })).toThrow(expect.objectContaining(state));
    };
    await nothingGoes();
    await called.answer(ANSWER);
    caller.release();
    await nothingGoes();
  });

  test('the far end can be asked to call somebody, and says how that goes', async () => {
    const { caller, told } = await answered((event) => {
      if (event.type !== 'refer') return;
      const progress = event.reply.accept();
      progress.notify(180);
      progress.notify(486);
      progress.notify(200);
    });
    const referral = caller.refer({ to: 'sip:b@192.0.2.3' });
    expect([await referral.accepted, await referral.outcome]).toEqual([202, 486]);
    expect(told).toMatchObject([
      { type: 'refer', request: { to: 'sip:b@192.0.2.3', referredBy: INVITE.from, headers: [] } },
    ]);
  });

  test('it can refuse that, or hang up without a word', async () => {
    const { caller, called } = await answered((event) => {
      if (event.type === 'refer' && event.request.to.includes('no')) event.reply.refuse(603);
      else if (event.type === 'refer') event.reply.accept();
    });
    const refused = caller.refer({ to: 'sip:no@192.0.2.3' });
    expect([await refused.accepted, await refused.outcome]).toEqual([603, undefined]);
    const open = caller.refer({ to: 'sip:b@192.0.2.3' });
    called.release();
    expect([await open.accepted, await open.outcome]).toEqual([202, undefined]);
    expect(() => caller.refer({ to: called })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('the exchange', () => {
  const exchange = () => new LocalExchange({ user: 'offhook', newCallId: () => 'run-1', logger: silentLogger });
  const request = { offer: async () => OFFER, near: () => undefined };

  test('puts a call through to what takes its name', async () => {
    const local = exchange();
    const taken: { name: string; from: string; tag: readonly string[] }[] = [];
    local.serve('service', (name) => ({ leg }) => {
      taken.push({ name, from: leg.invite.from, tag: leg.invite.header('x-tag') });
    });
    const headers = [{ name: 'X-Tag', value: '42' }];
    const leg = await local.dial('service', 'agent', { ...request, headers });
    await calm();
    expect(taken).toEqual([{ name: 'agent', from: 'sip:offhook@local.invalid', tag: ['42'] }]);
    expect(leg.invite).toMatchObject({
      requestUri: 'sip:agent@local.invalid',
      callId: 'run-1@local.invalid',
      transport: 'LOCAL',
    });
  });

  test.each(['service', 'room'] as const)('ends a call to a %s that is not there with 404', async (kind) => {
    const local = exchange();
    local.serve('service', () => undefined);
    const events = eventsOf(await local.dial(kind, 'nobody', request));
    await calm();
    expect(events).toMatchObject([{ type: 'ended', info: { by: 'remote', status: 404 } }]);
  });

  test('refuses a call that could not be taken with 500', async () => {
    const local = exchange();
    local.serve('service', () => () => {
      throw new Error('a bug');
    });
    const events = eventsOf(await local.dial('service', 'agent', request));
    await calm();
    expect(events).toMatchObject([{ type: 'ended', info: { status: 500 } }]);
  });
});
