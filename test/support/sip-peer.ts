import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { parseMessage } from '../../src/sip/message/parse-message.codec.ts';
import { type RequestText, requestText } from './sip-text.ts';
import { until } from './until.ts';

/** A SIP element without any state of its own: a UDP socket that a test speaks through, message by message. */
export class SipPeer implements AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** Everything that came and was not taken yet. */
  readonly inbox: SipMessage[] = [];
  readonly #socket: Socket;
  readonly #to: () => number;

  private constructor(socket: Socket, to: () => number) {
    this.#socket = socket;
    this.#to = to;
    ({ address: this.address, port: this.port } = socket.address());
    socket.on('message', (bytes) => {
      const parsed = parseMessage(bytes);
      if (!parsed.ok) throw new Error(`the stack sent what cannot be read: ${parsed.problem}\n${bytes.toString()}`);
      this.inbox.push(parsed.message);
    });
  }

  /** @param to - port of the stack under test, asked for at each sending. */
  static async open(to: () => number, address = '127.0.0.1'): Promise<SipPeer> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new SipPeer(socket, to);
  }

  send(message: string | Buffer, port = this.#to()): void {
    this.#socket.send(message, port, this.address);
  }

  /** Our URI, with port. */
  get uri(): string {
    return `sip:peer@${this.address}:${this.port}`;
  }

  /** Text of a request from here, with the differences asked for. */
  request(method: string, wanted: RequestText = {}): string {
    const { branch = `z9hG4bK${Math.random()}`, fields, ...rest } = wanted;
    const Contact = method === 'INVITE' ? `<${this.uri}>` : undefined;
    const via = `SIP/2.0/UDP ${this.address}:${this.port};branch=${branch};rport`;
    return requestText(method, { via, fields: { Contact, ...fields }, ...rest });
  }

  /** Text of a response to a request of the stack. */
  response(
    request: SipRequest,
    status: number,
    wanted: { tag?: string | undefined; fields?: Record<string, string>; body?: string; contact?: boolean } = {},
  ): string {
    const { tag = 'peer', fields = {}, body = '', contact = true } = wanted;
    const to = request.first('To') ?? '';
    return [
      `SIP/2.0 ${status} Some Reason`,
      ...request.lines('Via').map((via) => `Via: ${via}`),
      ...request.lines('Record-Route').map((route) => `Record-Route: ${route}`),
      `From: ${request.first('From')}`,
      `To: ${to.includes(';tag=') || tag === '' || status === 100 ? to : `${to};tag=${tag}`}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.first('CSeq')}`,
      ...(contact && request.method === 'INVITE' ? [`Contact: <${this.uri}>`] : []),
      ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
  }

  /** The next request of that method; what came before it stays in the inbox. */
  async takeRequest(method: string): Promise<SipRequest> {
    return (await this.#take(
      method,
      (message) => message.kind === 'request' && message.method === method,
    )) as SipRequest;
  }

  /** The next response with that status, and of that method if one is given. */
  async takeResponse(status: number, method?: string): Promise<SipResponse> {
    const fits = (message: SipMessage): boolean =>
      message.kind === 'response' &&
      message.status === status &&
      (method ?? message.cseq.method) === message.cseq.method;
    return (await this.#take(`${status}`, fits)) as SipResponse;
  }

  /** Start lines of what is in the inbox: methods and statuses. */
  get heads(): (string | number)[] {
    return this.inbox.map((message) => (message.kind === 'request' ? message.method : message.status));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  async #take(what: string, fits: (message: SipMessage) => boolean): Promise<SipMessage> {
    return await until(
      `${what} (so far: ${this.heads.join(', ')})`,
      () => {
        const index = this.inbox.findIndex(fits);
        return index < 0 ? undefined : this.inbox.splice(index, 1)[0];
      },
      5_000,
    );
  }
}
