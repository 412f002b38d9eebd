import type { Call } from '../call.ts';
import type { ChannelCore } from '../channel-core.ts';
import type { Leg } from '../signaling-port.ts';
import { parseDtmfInfo } from '../sip/dtmf-info.codec.ts';
import { type CheckedHeaderRules, relayedFields } from './header-rules.codec.ts';

/** What a request is answered with that could not be passed on: the other side cannot be reached at present. */
const UNREACHABLE = 480;

/**
 * Passes INFO and MESSAGE of one far end on to the other one, and its response back, until what is returned is disposed of. An INFO that
 * says a key was pressed is no message but a key, and goes the way of all keys.
 */
export function relayRequests(from: ChannelCore, to: Call, rules: CheckedHeaderRules): Disposable {
  const respond: Leg['respond'] = (request) => {
    if (request.method === 'INFO' && parseDtmfInfo(request.contentType, request.body)) return undefined;
    if (!to.isUp || !to.leg) return Promise.resolve(UNREACHABLE);
    const headers = relayedFields(request.headers, rules);
    return to.leg.send({ ...request, headers }).catch(() => UNREACHABLE);
  };
  const { call } = from;
  let leg: Leg | undefined;
  const follow = (): void => {
    leg = call.leg;
    if (leg) leg.respond = respond;
  };
  follow();
  const watching = from.events.on('replaced', follow);
  return {
    [Symbol.dispose]: () => {
      watching[Symbol.dispose]();
      if (leg) leg.respond = undefined;
    },
  };
}
