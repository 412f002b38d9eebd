import { describe, expect, it } from 'vitest';
import {
  type Bench,
  description,
  SDP,
  startBench,
  type Watched,
  WITH_SDP,
  watch,
} from '../../support/signaling-bench.ts';
import { until } from '../../support/until.ts';

/** Begins to close, and tells whether that has come to an end. */
function close(bench: Bench, patience?: number): { readonly done: Promise<void>; readonly isDone: () => boolean } {
  let isDone = false;
  const done = bench.signaling.close(patience).then(() => {
    isDone = true;
  });
  return { done, isDone: () => isDone };
}

/** Lets a request make the whole way through the stack and back, so that what was under way before has come to an end. */
async function roundTrip({ peer }: Bench): Promise<void> {
  peer.send(peer.request('OPTIONS', { callId: `probe${Math.random()}` }));
  await peer.takeResponse(200, 'OPTIONS');
}

async function answeredCall({ peer, signaling }: Bench): Promise<Watched> {
  const call = watch(await signaling.dial({ to: peer.uri, offer: async () => description() }));
  peer.send(peer.response(await peer.takeRequest('INVITE'), 200, { body: SDP }));
  await call.event('answered');
  await peer.takeRequest('ACK');
  return call;
}

describe('closing with patience', () => {
  it('repeats a BYE that was lost, and ends as soon as it is answered', async () => {
    await using bench = await startBench();
    const { peer, clock } = bench;
    const call = await answeredCall(bench);
    const closing = close(bench, 2_000);
    await peer.takeRequest('BYE');
    clock.advance(500);
    const again = await peer.takeRequest('BYE');
    await roundTrip(bench);
    expect(closing.isDone()).toBe(false);
    peer.send(peer.response(again, 200));
    await closing.done;
    expect(call.events.at(-1)).toMatchObject({ type: 'ended', info: { by: 'local' } });
    expect(clock.pending).toBe(0);
    expect(bench.faults).toEqual([]);
  });

  it('waits no longer than it was told to', async () => {
    await using bench = await startBench();
    const call = await answeredCall(bench);
    const closing = close(bench, 2_000);
    await bench.peer.takeRequest('BYE');
    bench.clock.advance(1_999);
    await roundTrip(bench);
    expect(closing.isDone()).toBe(false);
    bench.clock.advance(1);
    await closing.done;
    await call.event('ended');
    expect(bench.clock.pending).toBe(0);
  });

  it('waits until a CANCEL has brought the final response', async () => {
    await using bench = await startBench();
    const { peer } = bench;
    await bench.signaling.dial({ to: peer.uri, offer: async () => description() });
    const invite = await peer.takeRequest('INVITE');
    peer.send(peer.response(invite, 180));
    await roundTrip(bench);
    const closing = close(bench, 2_000);
    peer.send(peer.response(await peer.takeRequest('CANCEL'), 200));
    await roundTrip(bench);
    expect(closing.isDone()).toBe(false);
    peer.send(peer.response(invite, 487));
    await peer.takeRequest('ACK');
    await closing.done;
  });

  it('repeats the 503 to an unanswered call until its ACK, and refuses new calls alike', async () => {
    await using bench = await startBench();
    const { peer, clock } = bench;
    peer.send(peer.request('INVITE', { body: SDP, fields: WITH_SDP, branch: 'z9hG4bKfirst' }));
    await bench.call();
    const closing = close(bench, 2_000);
    await peer.takeResponse(503);
    clock.advance(500);
    await peer.takeResponse(503);
    peer.send(peer.request('INVITE', { body: SDP, fields: WITH_SDP, callId: 'late', branch: 'z9hG4bKlate' }));
    const late = await peer.takeResponse(503);
    expect(late.callId).toBe('late');
    expect(late.first('Retry-After')).toBe('5');
    expect(closing.isDone()).toBe(false);
    peer.send(peer.request('ACK', { branch: 'z9hG4bKfirst' }));
    peer.send(peer.request('ACK', { callId: 'late', branch: 'z9hG4bKlate' }));
    await closing.done;
    expect(bench.calls).toHaveLength(1);
  });

  it('is over at once when there is nobody to wait for', async () => {
    await using bench = await startBench();
    await roundTrip(bench);
    const closing = close(bench, 2_000);
    await until('the end', closing.isDone, 5_000);
  });

  it('sends no INVITE that was still being prepared', async () => {
    await using bench = await startBench();
    const { peer, signaling } = bench;
    await answeredCall(bench);
    let offer: () => void = () => undefined;
    const dialling = signaling.dial({
      to: peer.uri,
      offer: () =>
        new Promise((resolve) => {
          offer = () => resolve(description());
        }),
    });
    const refused = expect(dialling).rejects.toMatchObject({ code: 'STOPPED' });
    await roundTrip(bench);
    const closing = close(bench, 2_000);
    offer();
    await refused;
    peer.send(peer.response(await peer.takeRequest('BYE'), 200));
    await closing.done;
    expect(peer.heads).not.toContain('INVITE');
  });
});
