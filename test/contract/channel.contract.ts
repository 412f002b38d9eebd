import { describe } from 'vitest';
import { describeAborts } from './abort.contract.ts';
import { describeAudioStreams } from './audio-streams.contract.ts';
import type { Bearer } from './bearer.ts';
import { describeBridges } from './bridge.contract.ts';
import { describeCalls } from './call.contract.ts';
import { describeCallees } from './callee.contract.ts';
import { describeConnections } from './connect.contract.ts';
import { describeDigitStream } from './digit-stream.contract.ts';
import { describeDigits } from './digits.contract.ts';
import { describeHandlers } from './handler.contract.ts';
import { describeHangups } from './hangup.contract.ts';
import { describeHolds } from './hold.contract.ts';
import { type Stage, useBearer } from './laws.ts';
import { describeListening } from './listening.contract.ts';
import { describeMediaReleases } from './media-release.contract.ts';
import { describeMisuse } from './misuse.contract.ts';
import { describeOutboundCalls } from './outbound.contract.ts';
import { describePlaybacks } from './playback.contract.ts';
import { describeReasons } from './reasons.contract.ts';
import { describeRecordings } from './recorder.contract.ts';
import { describeRecordingHandles } from './recording-handle.contract.ts';
import { describeReferrals } from './referral.contract.ts';
import { describeRooms } from './rooms.contract.ts';
import { describeSending } from './sending.contract.ts';
import { describeServices } from './services.contract.ts';
import { describeSip } from './sip.contract.ts';
import { describeTogether } from './together.contract.ts';
import { describeTones } from './tones.contract.ts';
import { describeTransfers } from './transfer.contract.ts';
import { describeWholeCallRecordings } from './whole-call.contract.ts';

/** States some of the laws. */
type Laws = (stage: Stage) => void;

/** How the methods of a channel end: work done, hang-up, abort, time-out, misuse. */
export const LAWS_OF_METHODS: readonly Laws[] = [
  describeHangups,
  describeAborts,
  describeReasons,
  describeMisuse,
  describeTogether,
  describeHandlers,
];

/** What the calls of one channel do, and what is sent to the far end and heard of it. */
export const LAWS_OF_CALLS: readonly Laws[] = [
  describeCalls,
  describeOutboundCalls,
  describeSending,
  describePlaybacks,
  describeTones,
  describeDigits,
  describeDigitStream,
  describeSip,
];

/** What is recorded and listened for. */
export const LAWS_OF_HEARING: readonly Laws[] = [
  describeRecordings,
  describeRecordingHandles,
  describeWholeCallRecordings,
  describeListening,
  describeAudioStreams,
  describeHolds,
  describeConnections,
  describeMediaReleases,
];

/** What more than one party takes part in. */
export const LAWS_OF_PARTIES: readonly Laws[] = [
  describeTransfers,
  describeServices,
  describeBridges,
  describeRooms,
  describeReferrals,
  describeCallees,
];

const ALL_LAWS = [...LAWS_OF_METHODS, ...LAWS_OF_CALLS, ...LAWS_OF_HEARING, ...LAWS_OF_PARTIES];

/**
 * What every channel promises, whatever carries its calls. Each law is stated here once.
 *
 * @param laws - all of them when left out; over sockets they take their time, so that parts of them run side by side.
 */
export function describeChannelContract(
  name: string,
  makeBearer: () => Promise<Bearer>,
  laws: readonly Laws[] = ALL_LAWS,
): void {
  describe(`the contract of a channel, ${name}`, () => {
    const stage = useBearer(makeBearer);
    for (const describeLaws of laws) describeLaws(stage);
  });
}
