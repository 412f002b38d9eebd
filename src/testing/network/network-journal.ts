import { describePacket } from './describe-packet.codec.ts';

/** Where something comes from or goes to. */
interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What went over the network: a SIP message, a packet of audio, a report about audio. */
export type Traffic = 'SIP' | 'RTP' | 'RTCP';

/**
 * What became of it. `nobody` listened where it was sent to, or a NAT did not let it in; `cut off` was one of the two ends;
 * `under way` is what has not arrived yet.
 */
export type Fate = 'under way' | 'delivered' | 'duplicated' | 'lost' | 'nobody' | 'cut off';

/** A line of the journal, as long as its fate may change. */
export interface Sent {
  readonly at: number;
  readonly over: 'UDP' | 'TCP';
  readonly traffic: Traffic;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly what: Readonly<Record<string, unknown>>;
  fate: Fate;
  readonly arrived: number[];
}

/** Everything that was sent over a network, in order. */
export class NetworkJournal {
  readonly #sent: Sent[] = [];

  add(at: number, over: Sent['over'], traffic: Traffic, from: Endpoint, to: Endpoint, bytes: Uint8Array): Sent {
    const what = describePacket(traffic, bytes);
    const sent: Sent = { at, over, traffic, from, to, what, fate: 'under way', arrived: [] };
    this.#sent.push(sent);
    return sent;
  }

  /** As JSON lines. */
  text(): string {
    return this.#sent.map(line).join('');
  }
}

function line({ at, over, traffic, from, to, what, fate, arrived }: Sent): string {
  const place = ({ address, port }: Endpoint): string => `${address}:${port}`;
  const times = arrived.map(milliseconds);
  return `${JSON.stringify({ at: milliseconds(at), over, traffic, from: place(from), to: place(to), fate, arrived: times, ...what })}\n`;
}

/** To a thousandth. */
function milliseconds(at: number): number {
  return Math.round(at * 1000) / 1000;
}
