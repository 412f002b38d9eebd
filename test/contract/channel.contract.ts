import { describe } from 'vitest';
import { describeAborts } from './abort.contract.ts';
import type { Bearer } from './bearer.ts';
import { describeCalls } from './call.contract.ts';
import { describeDigits } from './digits.contract.ts';
import { describeHangups } from './hangup.contract.ts';
import { useBearer } from './laws.ts';
import { describeMedia } from './media.contract.ts';
import { describeMisuse } from './misuse.contract.ts';
import { describeOutboundCalls } from './outbound.contract.ts';
import { describeReasons } from './reasons.contract.ts';

/** What every channel promises, whatever carries its calls. Each law is stated here once. */
export function describeChannelContract(name: string, makeBearer: () => Promise<Bearer>): void {
  describe(`the contract of a channel, ${name}`, () => {
    const stage = useBearer(makeBearer);
    describeHangups(stage);
    describeAborts(stage);
    describeReasons(stage);
    describeMisuse(stage);
    describeCalls(stage);
    describeOutboundCalls(stage);
    describeMedia(stage);
    describeDigits(stage);
  });
}
