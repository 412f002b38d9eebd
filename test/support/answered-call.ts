import type { SipRequest } from '../../src/sip/message/message.ts';
import type { SipSignalingOptions } from '../../src/sip/signaling-options.ts';
import { type Bench, description, SDP, startBench, type Watched, WITH_SDP, watch } from './signaling-bench.ts';
import type { RequestText } from './sip-text.ts';

/** An answered call between a bench and its scripted peer. */
export interface AnsweredCall extends AsyncDisposable {
  readonly bench: Bench;
  readonly call: Watched;
  /** Tags as the peer sees them. */
  readonly tags: { readonly fromTag: string; readonly toTag: string };
  readonly callId: string;
  /** A request of the peer in the dialog, CSeq 2 unless told otherwise. */
  ask(method: string, wanted?: RequestText): void;
}

/** A call that the peer has made. Several in one bench need Call-IDs of their own. */
export async function callFromPeer(
  options: Partial<SipSignalingOptions> = {},
  { bench: given, callId = 'c1' }: { bench?: Bench; callId?: string } = {},
): Promise<AnsweredCall> {
  const bench = given ?? (await startBench(options));
  const { peer, calls } = bench;
  const index = calls.length;
  peer.send(peer.request('INVITE', { body: SDP, callId, fields: WITH_SDP }));
  const call = await bench.call(index);
  const answer = call.leg.answer(description());
  const { toTag = '' } = await peer.takeResponse(200, 'INVITE');
  peer.send(peer.request('ACK', { toTag, callId }));
  await answer;
  return {
    bench,
    call,
    callId,
    tags: { fromTag: 'alice', toTag },
    ask: (method, more = {}) => peer.send(peer.request(method, { toTag, callId, cseq: 2, ...more })),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

/** A call that the peer was called with; requests of the peer have the tag `peer`. */
export async function callToPeer(
  options: Partial<SipSignalingOptions> = {},
  given?: Bench,
): Promise<AnsweredCall & { readonly invite: SipRequest }> {
  const bench = given ?? (await startBench(options));
  const { peer } = bench;
  const call = watch(await bench.signaling.dial({ to: peer.uri, offer: async () => description() }));
  const invite = await peer.takeRequest('INVITE');
  peer.send(peer.response(invite, 200, { body: SDP }));
  await peer.takeRequest('ACK');
  await call.event('answered');
  const { callId } = invite;
  const tags = { fromTag: 'peer', toTag: invite.fromTag ?? '' };
  return {
    bench,
    call,
    callId,
    tags,
    invite,
    ask: (method, more = {}) => peer.send(peer.request(method, { ...tags, callId, cseq: 2, ...more })),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}
