import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toneWav } from '../../bench/tone-wav.ts';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { CallQueue, type Channel, type QueueOutcome, State } from '../../src/index.ts';
import { type Baresip, startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { type Phone, startPhone } from '../support/phone.ts';
import { strongestTone } from '../support/tone.ts';
import { until } from '../support/until.ts';
import { expectHeard, flow, heardBy } from '../support/who-was-heard.ts';

const [CALLER, AGENT, MUSIC] = [500, 900, 1300];

/** What has become of a party of the queue. */
interface Party<T> {
  readonly peer: Baresip;
  readonly channel: Channel;
  readonly outcome: Promise<T>;
}

/** A baresip calls in, is answered and takes part. */
async function callIn<T>(
  { ua, at }: Phone,
  peer: Baresip,
  takePart: (channel: Channel) => Promise<T>,
): Promise<Party<T>> {
  const { promise, resolve } = Promise.withResolvers<Party<T>>();
  ua.onCall(async (channel) => {
    await channel.answer();
    const outcome = takePart(channel);
    resolve({ peer, channel, outcome });
    await outcome;
    await channel.waitForIdle();
  });
  peer.command('dial', `sip:offhook@${at}`);
  return promise;
}

/** Waits until a baresip has heard a tone for a while. */
function hears(peer: Baresip, tone: number): Promise<boolean> {
  return until(`${tone} Hz`, async () => {
    const { samples, rate } = await readPcm16(await peer.heard());
    return strongestTone(samples.subarray(-2 * rate), rate, tone, 400) > 0.9;
  });
}

describeWithPeer('baresip', 'a call queue with baresips as caller and agent', () => {
  /** A caller who hears music, and then an agent who talks to it. */
  async function conversation(
    phone: Phone,
    stack: AsyncDisposableStack,
  ): Promise<{ readonly queue: CallQueue; readonly caller: Party<QueueOutcome>; readonly agent: Party<void> }> {
    const [callerPeer, agentPeer] = [
      stack.use(await startBaresip({ tone: CALLER, codecs: 'PCMU' })),
      stack.use(await startBaresip({ tone: AGENT, codecs: 'PCMA' })),
    ];
    await writeFile(join(phone.folder, 'music.wav'), toneWav(MUSIC, 1000));
    const queue = new CallQueue(phone.ua, { music: 'music.wav' });
    const caller = await callIn(phone, callerPeer, (channel) => queue.enter(channel));
    await hears(callerPeer, MUSIC);
    expect(queue.snapshot).toMatchObject({ callers: [{ id: caller.channel.id, ahead: 0 }], agents: [] });
    const agent = await callIn(phone, agentPeer, (channel) => queue.serve(channel, { id: 'x' }));
    await until('a conversation', () => queue.metrics.agents.TALKING === 1);
    expect(queue.snapshot).toMatchObject({ callers: [], agents: [{ id: 'x', caller: caller.channel.id }] });
    await flow([caller.channel, agent.channel], 120);
    return { queue, caller, agent };
  }

  it('plays music to the caller, lets the two talk, and hangs up the caller when the agent does', async () => {
    await using phone = await startPhone();
    await using stack = new AsyncDisposableStack();
    const { queue, caller, agent } = await conversation(phone, stack);
    const left = expect(agent.outcome).rejects.toMatchObject({ code: 'HANGUP', info: { by: 'remote' } });
    agent.peer.command('hangup');
    await left;
    expect(await caller.outcome).toMatchObject({ how: 'SERVED', agent: 'x' });
    expect(await caller.channel.waitForIdle()).toBe(State.IDLE);
    expect(queue.snapshot).toEqual({ callers: [], agents: [] });
    expect(queue.metrics).toMatchObject({ entered: 1, served: 1, abandoned: 0, waiting: 0 });
    expectHeard(await heardBy(caller.peer), [AGENT], [CALLER, MUSIC]);
    expectHeard(await heardBy(agent.peer), [CALLER], [AGENT, MUSIC]);
  });

  it('hangs up the caller when the agent presses its key for that, and plays music to the agent again', async () => {
    await using phone = await startPhone();
    await using stack = new AsyncDisposableStack();
    const { queue, caller, agent } = await conversation(phone, stack);
    agent.peer.command('sndcode', '#');
    expect(await caller.outcome).toMatchObject({ how: 'SERVED', agent: 'x' });
    await caller.peer.event('CALL_CLOSED');
    await until('the agent to be free', () => queue.metrics.agents.FREE === 1);
    expect(agent.channel.state).toBe(State.ANSWERED);
    await flow([agent.channel], 120);
    await queue.close();
    await agent.outcome;
    await agent.channel.hangUp();
    expectHeard(await heardBy(agent.peer), [MUSIC], [CALLER, AGENT]);
  });
});
