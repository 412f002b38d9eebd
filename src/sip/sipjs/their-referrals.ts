import type { IncomingReferRequest, OutgoingRequestDelegate } from 'sip.js/lib/core/index.js';
import type { ReferProgress, ReferReply, ReferredTo } from '../../channel/signaling-port.ts';
import { ChannelError } from '../../errors.ts';
import { readRefer } from '../refer/read-refer.codec.ts';
import { formatSipfrag, SIPFRAG } from '../refer/sipfrag.codec.ts';
import type { CallContext } from './call-context.ts';
import type { IncomingRequest } from './incoming-message.ts';
import type { RequestDialog } from './outgoing-requests.ts';

/** REFERs without an answer in one dialog; more than a far end that means it has. */
const MOST_OPEN = 8;
/** Seconds for which a subscription lasts, longer than a call rings. */
const LIFETIME = 600;

interface Told {
  readonly content: string;
  readonly isLast: boolean;
}

/** Tells the far end how the call goes that it has asked for. One NOTIFY at a time: over UDP a later one might overtake. */
class Notifier implements ReferProgress {
  readonly #context: CallContext;
  readonly #session: RequestDialog;
  readonly #id: number;
  readonly #expiresAt: number;
  readonly #waiting: Told[] = [];
  readonly #onOver: (notifier: Notifier) => void;
  #isSending = false;
  #isOver = false;

  constructor(context: CallContext, session: RequestDialog, id: number, onOver: (notifier: Notifier) => void) {
    this.#context = context;
    this.#session = session;
    this.#id = id;
    this.#onOver = onOver;
    this.#expiresAt = context.clock.now() + LIFETIME * 1000;
  }

  notify(status: number, reason?: string): void {
    if (!Number.isInteger(status) || status < 100 || status > 699)
      throw new ChannelError('INVALID_ARGUMENT', `${status} is not a SIP status; use 100 to 699`);
    const content = formatSipfrag(status, reason).toWellFormed();
    if (this.#isOver) return;
    this.#isOver = status >= 200;
    this.#waiting.push({ content, isLast: this.#isOver });
    this.#proceed();
  }

  // Deviation: RFC 5057 §4.1 keeps the subscription when the call is over. Who has hung up is told nothing any more.
  /** Nothing is said any more: the call is over, or the far end will not hear it. */
  end(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
    this.#onOver(this);
  }

  /** What is known already is said before the goodbye, also while the last NOTIFY has no answer. */
  flush(): void {
    const last = this.#waiting.at(-1);
    if (last === undefined) return;
    this.#waiting.length = 0;
    this.#transmit(last);
  }

  #proceed(): void {
    const next = this.#isSending ? undefined : this.#waiting.shift();
    if (next !== undefined) this.#transmit(next);
  }

  #transmit(told: Told): void {
    const done = (): void => {
      this.#isSending = false;
      if (told.isLast) this.#onOver(this);
      else this.#proceed();
    };
    const refused = (): void => {
      this.#isSending = false;
      this.end();
    };
    this.#isSending = true;
    try {
      this.#send(told, { onAccept: done, onRedirect: refused, onReject: refused });
    } catch (error) {
      this.#context.logger.debug('a NOTIFY could not be sent', { error });
      refused();
    }
  }

  #send({ content, isLast }: Told, delegate: OutgoingRequestDelegate): void {
    const { core, clock } = this.#context;
    const { dialog, credentials } = this.#session;
    const expires = Math.max(1, Math.ceil((this.#expiresAt - clock.now()) / 1000));
    const state = isLast ? 'terminated;reason=noresource' : `active;expires=${expires}`;
    const options = {
      extraHeaders: [`Event: refer;id=${this.#id}`, `Subscription-State: ${state}`, `Contact: ${core.contact}`],
      body: { contentDisposition: 'render', contentType: `${SIPFRAG};version=2.0`, content },
    };
    const client = core.within(this.#session.hop(), () => dialog.notify(delegate, options));
    core.authenticate(client, credentials);
  }
}

/** REFERs of the far end in one dialog (RFC 3515 §2.4), each with a subscription of its own. */
export class TheirReferrals {
  readonly #context: CallContext;
  readonly #session: RequestDialog;
  readonly #onRefer: (request: ReferredTo, reply: ReferReply) => void;
  /** Refuses those without an answer. */
  readonly #open = new Set<(status: number) => void>();
  readonly #notifiers = new Set<Notifier>();

  constructor(context: CallContext, session: RequestDialog, onRefer: (request: ReferredTo, reply: ReferReply) => void) {
    this.#context = context;
    this.#session = session;
    this.#onRefer = onRefer;
  }

  received(server: IncomingReferRequest): void {
    const { sip } = server.message as IncomingRequest;
    const { core, logger } = this.#context;
    const read = readRefer(sip);
    if (read.type === 'refuse') {
      server.reject({ statusCode: read.status, ...(read.reason !== undefined && { reasonPhrase: read.reason }) });
      return;
    }
    // Nobody can be transferred who is not there yet.
    const problem = this.#session.dialog.early ? 403 : this.#open.size >= MOST_OPEN ? 503 : undefined;
    if (problem !== undefined) {
      server.reject({ statusCode: problem });
      return;
    }
    const isQuiet = sip.first('Refer-Sub')?.trim().toLowerCase().startsWith('false') === true;
    const notifier = new Notifier(this.#context, this.#session, sip.cseq.number, (over) =>
      this.#notifiers.delete(over),
    );
    const refuse = (status: number): void => {
      if (!this.#open.delete(refuse)) return;
      const statusCode = status >= 400 && status <= 699 ? status : 603;
      core.within(this.#session.hop(), () => server.reject({ statusCode }));
    };
    const accept = (): ReferProgress => {
      if (!this.#open.delete(refuse)) {
        notifier.end();
        return notifier;
      }
      const extraHeaders = [`Contact: ${core.contact}`, ...(isQuiet ? ['Refer-Sub: false'] : [])];
      core.within(this.#session.hop(), () => server.accept({ statusCode: 202, extraHeaders }));
      // Asked not to say anything (RFC 4488 §4).
      if (isQuiet) notifier.end();
      else this.#notifiers.add(notifier);
      notifier.notify(100);
      return notifier;
    };
    this.#open.add(refuse);
    try {
      this.#onRefer(read.request, { accept, refuse });
    } catch (error) {
      logger.error('a REFER could not be handed over', { error });
      refuse(500);
    }
  }

  /** The call is over; `isOurs` when this side ends it, so that the dialog is still there. */
  end(isOurs: boolean): void {
    for (const notifier of [...this.#notifiers]) {
      if (isOurs) notifier.flush();
      notifier.end();
    }
    for (const refuse of this.#open) refuse(487);
  }
}
