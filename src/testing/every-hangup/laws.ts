import { State } from '../../channel/state.ts';
import { runningTimers, shownTimers } from '../clock/running-timers.ts';
import type { FakeCall } from '../fake/fake-call.ts';
import { pendingMethods } from '../fake/undone.ts';
import { wavLayout } from '../fake/wav-bytes.ts';

/** What is not as it must be when a flow is over, one line each. */
export function brokenLaws(call: FakeCall): readonly string[] {
  const { channel, clock } = call;
  const broken: string[] = [];
  if (channel.state !== State.IDLE) broken.push(`the channel is ${channel.state}`);
  for (const { method } of pendingMethods(channel.journal.entries)) broken.push(`${method}() is still pending`);
  if (channel.filePlayer.state === 'PLAYING') broken.push('a file is still being played');
  if (channel.fileRecorder.state === 'RECORDING') broken.push('a recording still runs');
  if (channel.wholeCallRecorder.state === 'RECORDING') broken.push('a recording of the whole call still runs');
  const timers = runningTimers(clock);
  if (timers.length > 0) {
    const count = timers.length === 1 ? 'a timer' : `${timers.length} timers`;
    broken.push(`${count} left running: ${shownTimers(timers)}`);
  }
  for (const name of call.files.names) {
    const problem = recordingProblem(name, call.files.read(name));
    if (problem !== undefined) broken.push(problem);
  }
  return broken;
}

function recordingProblem(name: string, bytes: Uint8Array): string | undefined {
  try {
    const { dataOffset, dataLength } = wavLayout(name, bytes);
    const missing = bytes.length - dataOffset - dataLength;
    return missing > 1 ? `the header of the recording ${name} leaves out ${missing} bytes of it` : undefined;
  } catch (error) {
    return `the recording ${name} cannot be played: ${String(error)}`;
  }
}
