import { ChannelError } from '../errors.ts';
import { handled, type OperationOptions, runOperation, type Stop, stopped } from '../operation.ts';
import type { Call } from './call.ts';
import { Cause } from './cause.ts';
import type { HeaderFields } from './header-field.codec.ts';
import { type OptionNames, refuseOptions } from './option-names.ts';
import { refuseIfImpossible } from './refuse.ts';
import { fieldsToSend } from './sip/fields-to-send.ts';
import type { SIPHeaderField } from './sip/sip-header-field.ts';
import { State } from './state.ts';

/** How to answer an inbound call. */
export interface AnswerOptions extends OperationOptions {
  /** Header fields for the 200, for example `{ 'X-Account': '42' }`, besides those in `sip.headerFieldsToSend`. */
  headers?: HeaderFields | undefined;
}

const OPTIONS: OptionNames<AnswerOptions> = { headers: true, signal: true, timeout: true };
const ALLOWED = 'CALL_INCOMING or RING_INCOMING';

/** Answers an inbound call and waits for the acknowledgement. `listed` are the header fields that the channel always sends. */
export function answer(call: Call, listed: readonly SIPHeaderField[], options: AnswerOptions): Promise<State> {
  const refused = refuseOptions(call, 'answer()', options, OPTIONS);
  if (refused) return refused;
  let begun = false;
  const operation = runOperation(call, options, async (stop) => {
    const headers = fieldsToSend(listed, options.headers);
    const { leg } = call;
    if (!leg) throw call.wrongState('answer()', ALLOWED);
    call.demand({ type: 'answer' }, 'answer()', ALLOWED);
    begun = true;
    await call.ringtone.stop();
    const description = await call.media.describe(leg.localAddress, leg.offer);
    if (stop.reason) return call.state;
    await acknowledged(call, handled(leg.answer(description, headers)), stop);
    return call.state;
  });
  return refuseIfImpossible(
    call,
    operation.catch((error: unknown) => {
      // An answer that nobody waits for any more is not left half-done (an impossible call is refused by status instead).
      if (begun && call.state === State.ANSWERING && !call.media.isFatal(error)) {
        call.release(Cause.ERROR, { by: 'local', text: 'answering was broken off' }, { status: 500 });
      }
      throw error;
    }),
  );
}

async function acknowledged(
  call: Call,
  answering: ReturnType<NonNullable<Call['leg']>['answer']>,
  stop: Stop,
): Promise<void> {
  const late = await Promise.race([answering, stopped(stop)]);
  if (stop.reason || !call.isLive) return;
  if (call.leg?.offer === undefined) {
    if (!late) throw new ChannelError('MALFORMED_SDP', 'the caller acknowledged our offer without an answer to it');
    call.media.demand().accept(late);
  }
  stop.finish();
  call.accept({ type: 'acknowledged' });
  if (late) call.holding.described(late);
}
