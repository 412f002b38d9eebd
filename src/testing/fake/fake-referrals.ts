import type { HeaderField, Leg, ReferReply, ReferRequest, Referral, ReferredTo } from '../../channel/signaling-port.ts';
import { ChannelError, type HangupInfo } from '../../errors.ts';

/** What the far end does when it is asked to call somebody else, with nothing left open. */
export interface CheckedTransfer {
  /** The status that the request is answered with. */
  readonly accepted: number;
  /** The status that the new call ends up with; `undefined` when the far end never says. */
  readonly outcome: number | undefined;
  readonly after: number;
}

/** What came of a request of the far end to call somebody else. */
export interface FakeReferral {
  /** SIP status that the application has answered with: 202, or its refusal. */
  readonly status: number;
  /** What it has said so far about the new call, as SIP statuses: 100, 180, 200 and so on. */
  readonly progress: readonly number[];
}

/** What requests to call somebody else need to know of their leg. */
interface ReferringLeg {
  after(ms: number, run: () => void): void;
}

/** The requests to call somebody else on a fake call, in both directions. */
export class FakeReferrals {
  /** What the far end does with the next requests; the last one counts for all that follow. */
  plans: readonly CheckedTransfer[] = [];
  readonly #leg: ReferringLeg;
  readonly #ends = new Set<() => void>();

  constructor(leg: ReferringLeg) {
    this.#leg = leg;
  }

  /** The application asks the far end to call somebody. */
  refer({ to }: ReferRequest): Referral {
    const [plan = { accepted: 202, outcome: 200, after: 0 }, ...rest] = this.plans;
    if (rest.length > 0) this.plans = rest;
    let accept: (status: number) => void = () => undefined;
    let tell: (status: number | undefined) => void = () => undefined;
    const referral: Referral = {
      accepted: new Promise((resolve) => {
        accept = resolve;
      }),
      outcome: new Promise((resolve) => {
        tell = resolve;
      }),
    };
    const end = (): void => {
      accept(487);
      tell(undefined);
      this.#ends.delete(end);
    };
    this.#ends.add(end);
    this.#leg.after(0, () => {
      accept(plan.accepted);
      if (plan.accepted > 299) end();
    });
    if (plan.accepted < 300 && plan.outcome !== undefined) {
      const { outcome } = plan;
      this.#leg.after(plan.after, () => {
        tell(outcome);
        end();
        if (typeof to !== 'string' && outcome < 300) replaced(to);
      });
    }
    return referral;
  }

  /** The far end asks the application; resolves with its answer. */
  referred(
    request: Omit<ReferredTo, 'headers'> & { readonly headers?: readonly HeaderField[] | undefined },
    deliver: (request: ReferredTo, reply: ReferReply) => void,
  ): Promise<FakeReferral> {
    const progress: number[] = [];
    return new Promise((resolve) => {
      deliver(
        { ...request, headers: request.headers ?? [] },
        {
          accept: () => {
            resolve({ status: 202, progress });
            let isOver = false;
            return {
              notify: (status) => {
                if (isOver) return;
                isOver = status >= 200;
                progress.push(status);
              },
            };
          },
          refuse: (status) => resolve({ status, progress }),
        },
      );
    });
  }

  /** The call is over. */
  end(): void {
    for (const end of [...this.#ends]) end();
  }
}

/** The far end of a call of ours is called by somebody else in its place. */
function replaced(leg: Leg): void {
  const info: HangupInfo = { by: 'remote', text: 'the far end sent BYE' };
  if ('end' in leg && typeof leg.end === 'function') leg.end(info);
}

/** Whom a request is about. Throws `ChannelError` `INVALID_ARGUMENT` for what is no address. */
export function addressOf({ to }: ReferRequest): string {
  if (typeof to !== 'string') return to.direction === 'outbound' ? to.invite.requestUri : to.invite.from;
  if (/^sips?:(?:[^@\s<>"]+@)?[\w.:[\]-]+(?:[;?].*)?$/i.test(to)) return to;
  throw new ChannelError('INVALID_ARGUMENT', `${JSON.stringify(to)} is no SIP URI`);
}
