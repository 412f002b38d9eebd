import type { LegRequest } from '../signaling-port.ts';
import { SIPInfo } from './sip-info.ts';
import { SIPMessage } from './sip-message.ts';
import type { SIPRequest } from './sip-request.ts';

/** As many of a kind are kept until somebody asks for them. */
const MOST_REQUESTS = 100;
/** And as many characters of text. */
const MOST_TEXT = 256 * 1024;

/** Requests of one kind; of those that nobody fetches the oldest are forgotten. */
class Kept<Request extends SIPRequest> {
  #requests: Request[] = [];
  #text = 0;

  add(request: Request): void {
    this.#requests.push(request);
    this.#text += request.body.length;
    while (this.#requests.length > MOST_REQUESTS || (this.#text > MOST_TEXT && this.#requests.length > 1)) {
      this.#text -= this.#requests.shift()?.body.length ?? 0;
    }
  }

  take(): Request[] {
    const requests = this.#requests;
    this.#requests = [];
    this.#text = 0;
    return requests;
  }
}

/** The INFO and MESSAGE requests that came in one call, kept until the program fetches them. */
export class RequestInbox {
  readonly infos = new Kept<SIPInfo>();
  readonly messages = new Kept<SIPMessage>();

  add(request: LegRequest): SIPInfo | SIPMessage {
    if (request.method === 'INFO') {
      const info = new SIPInfo('').received(request);
      this.infos.add(info);
      return info;
    }
    const message = new SIPMessage('').received(request);
    this.messages.add(message);
    return message;
  }
}
