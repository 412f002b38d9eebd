import { describe, expect, it } from 'vitest';
import { LOCAL_ADDRESS } from '../../../src/media/negotiation/local-address.codec.ts';
import { SessionNegotiation } from '../../../src/media/session-negotiation.ts';
import { failure, LOCAL, remote } from './negotiation/negotiation-support.ts';

const FAR = remote('m=audio 4000 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/8000');
const OTHER = remote('m=audio 6000 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000');

function answered(address = LOCAL.address): SessionNegotiation {
  const negotiation = new SessionNegotiation({ ...LOCAL, address });
  negotiation.answer(FAR);
  return negotiation;
}

const version = ({ origin }: { readonly origin: { readonly sessionId: string; readonly sessionVersion: string } }) =>
  `${origin.sessionId} ${origin.sessionVersion}`;

describe('a session whose far end sends to somebody else', () => {
  it('raises its version by one with each change, and offers its own audio as before afterwards', () => {
    const negotiation = answered();
    const { direction, remote: far, sendEventPayloadType } = negotiation.plan ?? expect.fail('nothing was agreed');
    const away = negotiation.offerFor(OTHER);
    expect([version(away), away.media[0]?.port]).toEqual(['77 78', 6000]);
    expect(negotiation.plan).toMatchObject({ direction, remote: far });
    negotiation.accept(FAR);
    expect(negotiation.isReleased).toBe(true);
    expect(negotiation.plan).toMatchObject({ direction: 'inactive', remote: { rtpPort: 0, rtcpPort: 0 } });
    expect(negotiation.plan?.sendEventPayloadType).toBe(undefined);
    const back = negotiation.offer();
    // The number of telephone-events stays what the far end has made it (RFC 3264 §8.3.2).
    expect([version(back), back.media[0]?.port, back.media[0]?.formats]).toEqual(['77 79', 20_000, ['0', '8', '96']]);
    negotiation.accept(FAR);
    expect(negotiation.isReleased).toBe(false);
    expect(negotiation.plan).toMatchObject({ direction, remote: far, sendEventPayloadType });
  });

  it('comes back with the answer to an offer of the far end, and knows what that said', () => {
    const negotiation = answered();
    negotiation.offerFor(OTHER);
    negotiation.accept(FAR);
    const moved = remote('m=audio 4444 RTP/AVP 8');
    expect(version(negotiation.answer(moved))).toBe('77 79');
    expect([negotiation.isReleased, negotiation.farEnd, negotiation.plan?.remote.rtpPort]).toEqual([
      false,
      moved,
      4444,
    ]);
  });

  it('that does not come back is told once, stays inactive, and is asked as before', () => {
    let changes = 0;
    const negotiation = new SessionNegotiation(LOCAL, () => changes++);
    negotiation.answer(FAR);
    negotiation.giveUp();
    negotiation.offerFor(OTHER);
    negotiation.accept(FAR);
    expect(changes).toBe(2);
    negotiation.giveUp();
    negotiation.giveUp();
    expect([changes, negotiation.isReleased]).toEqual([3, false]);
    expect(negotiation.plan).toMatchObject({ direction: 'inactive', remote: { rtpPort: 0 } });
    expect(version(negotiation.offer())).toBe('77 79');
    negotiation.accept(FAR);
    expect(negotiation.plan).toMatchObject({ direction: 'sendrecv', remote: { rtpPort: 4000 } });
  });

  it('stays here when it is refused: the next offer has the version that the refused one had', () => {
    const negotiation = answered();
    negotiation.offerFor(OTHER);
    expect(negotiation.isReleased).toBe(false);
    expect(version(negotiation.offer('sendonly'))).toBe('77 78');
  });

  it('takes whatever the far end says of somebody else', () => {
    const negotiation = answered();
    negotiation.offerFor(OTHER);
    const refusal = remote('m=audio 0 RTP/AVP 0');
    negotiation.accept(refusal);
    expect([negotiation.isReleased, negotiation.farEnd]).toEqual([true, refusal]);
  });

  it('is none within the process, and none before anything was agreed', () => {
    expect(answered(LOCAL_ADDRESS).farEnd).toBe(undefined);
    const fresh = new SessionNegotiation(LOCAL);
    expect([fresh.farEnd, fresh.isReleased]).toEqual([undefined, false]);
    expect(failure(() => fresh.offerFor(OTHER)).code).toBe('INVALID_STATE');
  });
});
