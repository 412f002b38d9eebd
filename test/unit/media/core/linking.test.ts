import { describe, expect, it } from 'vitest';
import { ALAW_TO_ULAW, ULAW_SILENCE, ULAW_TO_ALAW } from '../../../../src/media/codec/g711.codec.ts';
import { Link } from '../../../../src/media/mix/link.state.ts';
import type { MediaPlan } from '../../../../src/media/negotiation/plan.ts';
import { MediaRig, PLAN } from './media-rig.ts';

const ALAW: MediaPlan = { ...PLAN, codec: 'PCMA', sendPayloadType: 8 };
const SILENT = Buffer.alloc(160, ULAW_SILENCE);

/** What one call sends of what another one hears. */
class LinkedPair {
  readonly from: MediaRig;
  readonly to: MediaRig;
  readonly link: Link;
  /** Whoever hears makes its frame first in each 20 ms. */
  readonly #hearerFirst: boolean;

  constructor({ from = PLAN, to = PLAN, volume = 0, hearerFirst = false } = {}) {
    this.from = new MediaRig(from);
    this.to = new MediaRig(to);
    this.#hearerFirst = hearerFirst;
    this.link = new Link(this.from.media.joined.voice, volume);
    this.to.media.joined.add(this.link);
  }

  /** Lets 20 ms pass, in which this comes in. */
  pass(payload?: Uint8Array, payloadType = 0): void {
    if (this.#hearerFirst) this.to.tick();
    if (payload) this.from.voice(payload, { payloadType });
    this.from.tick();
    if (!this.#hearerFirst) this.to.tick();
  }

  say(payloads: readonly Uint8Array[]): void {
    for (const payload of payloads) this.pass(payload);
  }

  /** What the far end of the second call has heard, as it was sent. */
  get heard(): Buffer[] {
    return this.to.sent.map(({ payload }) => payload);
  }
}

/** Payloads that can be told apart, of every byte there is. */
function payloads(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    Uint8Array.from({ length: 160 }, (_, at) => (at * 3 + index * 7) & 0xff),
  );
}

describe('a link', () => {
  it.each([false, true])('passes packets of one law on byte for byte, each once (hearer first: %s)', (hearerFirst) => {
    const pair = new LinkedPair({ hearerFirst });
    const said = payloads(50);
    pair.say(said);
    for (let rest = 0; rest < 5; rest++) pair.pass();
    const first = pair.heard.findIndex((payload) => !payload.equals(SILENT));
    expect(pair.heard.slice(first, first + 50)).toEqual(said.map((payload) => Buffer.from(payload)));
    expect(pair.heard.slice(0, first).every((payload) => payload.equals(SILENT))).toBe(true);
  });

  it.each([
    [false, 0],
    [true, 20],
  ])('adds no delay beyond a packet to that of an echo (hearer first: %s)', (hearerFirst, added) => {
    const pair = new LinkedPair({ hearerFirst });
    pair.from.media.echo(1);
    pair.say(payloads(30));
    const begin = (rig: MediaRig): number => rig.sent.find(({ payload }) => !payload.equals(SILENT))?.at ?? 0;
    expect(begin(pair.to) - begin(pair.from)).toBe(added);
  });

  it('translates to the other law by its table', () => {
    const said = payloads(20);
    const translated = (table: Uint8Array): Buffer =>
      Buffer.from(said[10] ?? []).map((byte) => table[byte] ?? 0) as Buffer;
    const toAlaw = new LinkedPair({ to: ALAW });
    toAlaw.say(said);
    expect(toAlaw.heard).toContainEqual(translated(ULAW_TO_ALAW));
    const toUlaw = new LinkedPair();
    for (const payload of said) toUlaw.pass(payload, 8);
    expect(toUlaw.heard).toContainEqual(translated(ALAW_TO_ULAW));
  });
});
