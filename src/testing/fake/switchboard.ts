import type { Channel } from '../../channel/channel.ts';
import { coreOf } from '../../channel/channel-audio.ts';
import { ChannelError } from '../../errors.ts';
import { shown } from '../../shown.ts';
import { linkCaller } from './call-of.ts';
import { Caller, type CallReport } from './caller.ts';
import { CallerLine } from './caller-line.ts';
import type { FakeParty } from './fake-call.ts';
import type { FakeCaller } from './fake-caller.ts';
import type { FakeLeg } from './fake-leg.ts';
import type { FakeNetwork } from './fake-network.ts';
import type { FakeInvite } from './fake-signaling.ts';
import type { CallPlanner } from './planned-calls.ts';
import { shortTimeline } from './short-timeline.ts';
import { undone } from './undone.ts';

export interface SwitchboardOptions {
  readonly network: FakeNetwork;
  /** What becomes of outbound calls. */
  readonly plan: CallPlanner;
  /** The line that the calls of a channel go to; each to a further party where there is none. */
  readonly lineOf?: (channel: Channel) => CallerLine | undefined;
  /** What the flow threw that the test runs. */
  readonly failure?: () => CallReport['failure'];
}

/** Who is at the other ends of the calls of a fake user agent: brings each call to the line of one party. */
export class Switchboard {
  /** The called parties, in the order of their calls. */
  readonly parties: FakeCaller[] = [];
  readonly #options: SwitchboardOptions;
  /** The line that the next inbound call comes from. */
  #calling: CallerLine | undefined;
  readonly #lines = new WeakMap<FakeLeg, CallerLine>();

  constructor(options: SwitchboardOptions) {
    this.#options = options;
    const { signaling } = options.network;
    signaling.onLeg = (leg) => {
      const line = leg.direction === 'inbound' ? this.#callingLine(leg) : this.#calledLine(leg);
      if (!line) return;
      this.#lines.set(leg, line);
      line.attach(leg);
    };
    signaling.onDial = (leg) => this.#lines.get(leg)?.called(leg);
  }

  /** Somebody calls. */
  call(line: CallerLine, invite: FakeInvite): FakeLeg {
    this.#calling = line;
    return this.#options.network.signaling.call(invite);
  }

  /** Lets time pass until so many further parties have been called. */
  async party(index = 0): Promise<FakeCaller> {
    if (!Number.isInteger(index) || index < 0) {
      throw new ChannelError('INVALID_ARGUMENT', `party() needs a number from 0, not ${shown(index)}`);
    }
    const { network, failure } = this.#options;
    await network.clock.runUntil(() => this.parties[index] !== undefined || failure?.() !== undefined);
    const party = this.parties[index];
    if (party) return party;
    const error = failure?.()?.error;
    const why = error === undefined ? '' : `: the flow failed: ${String(error)}`;
    throw new ChannelError('TIMEOUT', `only ${this.parties.length} parties were called${why}`, { cause: error });
  }

  /** The one at the other end of a channel's call. */
  caller(line: CallerLine, channel: Channel): FakeParty {
    const timeline = (): string => String(channel.journal);
    line.onAction = (action, detail) => channel.journal.add({ kind: 'caller', action, detail });
    const { failure = () => undefined } = this.#options;
    const caller = new Caller(line, {
      get failure() {
        return failure();
      },
      timeline: () => shortTimeline(timeline()),
      undone: () => undone(channel, []),
    });
    const party = { channel, caller, timeline };
    linkCaller(caller, party);
    return party;
  }

  /** Who takes the place of somebody has their line. */
  #callingLine({ replaces }: FakeLeg): CallerLine | undefined {
    return replaces ? this.#lines.get(replaces) : this.#calling;
  }

  #calledLine(leg: FakeLeg): CallerLine | undefined {
    const { network, plan, lineOf } = this.#options;
    const session = network.media.sessionOf(leg);
    const channel = network.host.channels.find((each) => coreOf(each)?.call.media.session === session);
    if (!channel) return undefined;
    const known = lineOf?.(channel);
    if (known) return known;
    const line = new CallerLine(network);
    plan(line);
    this.parties.push(this.caller(line, channel).caller);
    return line;
  }
}
