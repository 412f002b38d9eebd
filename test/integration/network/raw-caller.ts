import type { UserAgent, UserAgentOptions } from '../../../src/index.ts';
import type { SipRequest, SipResponse } from '../../../src/sip/message/message.ts';
import { parseMessage } from '../../../src/sip/message/parse-message.codec.ts';
import { formatSdp } from '../../../src/sip/sdp/format-sdp.codec.ts';
import { realWork } from '../../../src/testing/clock/real-work.ts';
import { TestClock } from '../../../src/testing/clock/test-clock.ts';
import { PERFECT } from '../../../src/testing/network/conditions.ts';
import { Host } from '../../../src/testing/network/host.ts';
import { NetworkJournal } from '../../../src/testing/network/network-journal.ts';
import { startOnHost } from '../../../src/testing/network/stack/start-on-host.ts';
import { Wire } from '../../../src/testing/network/wire.ts';
import { requestText } from '../../support/sip-text.ts';
import { type Heard, heardOf, RawStream, rawOffer } from '../media/raw-audio.ts';

export const SIP_PORT = 5060;
/** Where nobody listens. */
const STRANGER_PORT = 9;
const TESTED = '192.0.2.1';
const CALLER = '192.0.2.2';

/** A user agent alone with a caller that is no stack but two ports: it sends what the test says and when, in virtual time. */
export interface RawScene extends AsyncDisposable {
  readonly clock: TestClock;
  readonly ua: UserAgent;
  /** Calls, and resolves when the answer has come, which waits for its ACK. */
  invite(): Promise<RawCall>;
  /** Sends something as a stranger. */
  throwAt(port: number, bytes: Uint8Array): void;
}

/** The network takes no time: what is sent has arrived at the same moment. */
export async function openRawScene(options: UserAgentOptions): Promise<RawScene> {
  const clock = new TestClock({ time: 'manual' });
  const wire = new Wire({ clock, seed: 'raw', journal: new NetworkJournal(), conditions: () => PERFECT });
  const tested = new Host(TESTED, TESTED, undefined);
  const caller = new Host(CALLER, CALLER, undefined);
  const ua = await startOnHost(options, { wire, host: tested, awaitDisk: realWork(clock), seed: 'raw' });
  wire.add(tested);
  wire.add(caller);
  return {
    clock,
    ua,
    async invite() {
      const call = new RawCall(clock, wire, caller);
      await call.invite();
      return call;
    },
    throwAt(port, bytes) {
      wire.send('SIP', caller, STRANGER_PORT, { address: TESTED, port }, Buffer.from(bytes));
    },
    async [Symbol.asyncDispose]() {
      let isOver = false;
      const stopped = ua.stop().finally(() => {
        isOver = true;
      });
      await clock.runUntil(() => isOver);
      await stopped;
      wire.close();
    },
  };
}

/** One call of the caller. */
export class RawCall {
  /** All audio that has come. */
  readonly heard: Heard[] = [];
  readonly #clock: TestClock;
  readonly #wire: Wire;
  readonly #host: Host;
  readonly #sipPort: number;
  readonly #rtpPort: number;
  readonly #callId: string;
  readonly #stream = new RawStream();
  readonly #responses: SipResponse[] = [];
  #answer: SipResponse | undefined;

  constructor(clock: TestClock, wire: Wire, host: Host) {
    this.#clock = clock;
    this.#wire = wire;
    this.#host = host;
    this.#sipPort = this.#open((bytes) => this.#take(bytes));
    this.#rtpPort = this.#open((bytes) => {
      const heard = heardOf(bytes, clock.now());
      if (heard) this.heard.push(heard);
    });
    this.#callId = `raw-${this.#rtpPort}`;
  }

  async invite(): Promise<void> {
    const body = formatSdp(rawOffer(this.#host.address, this.#rtpPort));
    this.#request('INVITE', 1, body);
    await this.until('the answer', () => {
      this.#answer = this.#responses.find(({ status }) => status === 200);
      return this.#answer !== undefined;
    });
  }

  /** @returns when it was sent. */
  acknowledge(): number {
    return this.#request('ACK', 1);
  }

  /** @returns when it was sent. */
  bye(): number {
    return this.#request('BYE', 2);
  }

  /** @returns when it was pressed. */
  key(event: number): number {
    return this.#say(this.#stream.key(event));
  }

  /** Sends 20 ms of audio. */
  voice(): void {
    this.#say(this.#stream.voice());
  }

  /** Port of the user agent for the audio of this call. */
  get port(): number {
    return Number(/^m=audio (\d+)/m.exec(this.#answer?.body.toString() ?? '')?.[1]);
  }

  /** Lets time pass until something is so. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    if (!(await this.#clock.runUntil(isSo, 10_000))) throw new Error(`waited in vain for ${what}`);
  }

  #say(packet: Buffer): number {
    this.#wire.send('RTP', this.#host, this.#rtpPort, { address: TESTED, port: this.port }, packet);
    return this.#clock.now();
  }

  #open(receive: (bytes: Buffer) => void): number {
    const port = this.#host.open(0, receive);
    if (port === undefined) throw new Error('there is no free port');
    return port;
  }

  #take(bytes: Buffer): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) throw new Error(`the stack sent what cannot be read: ${parsed.problem}`);
    if (parsed.message.kind === 'response') this.#responses.push(parsed.message);
    else this.#agree(parsed.message);
  }

  /** To whatever the other side wants. */
  #agree(request: SipRequest): void {
    const copied = (['Via', 'From', 'To', 'Call-ID', 'CSeq'] as const).map((name) => `${name}: ${request.first(name)}`);
    this.#send(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '\r\n'].join('\r\n'));
  }

  #send(text: string): void {
    this.#wire.send('SIP', this.#host, this.#sipPort, { address: TESTED, port: SIP_PORT }, Buffer.from(text));
  }

  #request(method: string, cseq: number, body = ''): number {
    const toTag = this.#answer?.toTag;
    const text = requestText(method, {
      uri: `sip:test@${TESTED}:${SIP_PORT}`,
      via: `SIP/2.0/UDP ${CALLER}:${this.#sipPort};branch=z9hG4bK${this.#callId}-${method}`,
      callId: this.#callId,
      cseq,
      body,
      ...(toTag === undefined ? {} : { toTag }),
      fields: {
        Contact: `<sip:caller@${CALLER}:${this.#sipPort}>`,
        ...(body === '' ? {} : { 'Content-Type': 'application/sdp' }),
      },
    });
    this.#send(text);
    return this.#clock.now();
  }
}
