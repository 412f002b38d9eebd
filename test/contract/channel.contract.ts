import { describe } from 'vitest';
import { describeAborts } from './abort.contract.ts';
import { describeAudioStreams } from './audio-streams.contract.ts';
import type { Bearer } from './bearer.ts';
import { describeCalls } from './call.contract.ts';
import { describeConnections } from './connect.contract.ts';
import { describeDigitStream } from './digit-stream.contract.ts';
import { describeDigits } from './digits.contract.ts';
import { describeHandlers } from './handler.contract.ts';
import { describeHangups } from './hangup.contract.ts';
import { useBearer } from './laws.ts';
import { describeListening } from './listening.contract.ts';
import { describeMisuse } from './misuse.contract.ts';
import { describeOutboundCalls } from './outbound.contract.ts';
import { describePlaybacks } from './playback.contract.ts';
import { describeReasons } from './reasons.contract.ts';
import { describeRecordings } from './recorder.contract.ts';
import { describeRecordingHandles } from './recording-handle.contract.ts';
import { describeSending } from './sending.contract.ts';
import { describeSip } from './sip.contract.ts';
import { describeTogether } from './together.contract.ts';
import { describeTones } from './tones.contract.ts';
import { describeWholeCallRecordings } from './whole-call.contract.ts';

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
    describeSending(stage);
    describePlaybacks(stage);
    describeTones(stage);
    describeRecordings(stage);
    describeRecordingHandles(stage);
    describeWholeCallRecordings(stage);
    describeTogether(stage);
    describeConnections(stage);
    describeHandlers(stage);
    describeDigits(stage);
    describeDigitStream(stage);
    describeSip(stage);
    describeListening(stage);
    describeAudioStreams(stage);
  });
}
