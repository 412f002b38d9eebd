import { describe, expect, it } from 'vitest';
import * as offhook from '../../src/index.ts';
import {
  Cause,
  type Channel,
  ChannelError,
  type DetectorCause,
  type DtmfPlayerCause,
  Hangup,
  type PlayerCause,
  type RecorderCause,
  Error as SameError,
  State,
  UserAgent,
  type WholeCallRecorderCause,
} from '../../src/index.ts';
import * as testing from '../../src/testing.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Result<Method extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<Method>>;

/** Each line says that the two types are the same. */
const results: readonly true[] = [
  true satisfies Same<Result<Channel['call']>, State>,
  true satisfies Same<Result<Channel['startCall']>, boolean>,
  true satisfies Same<Result<Channel['answer']>, State>,
  true satisfies Same<Result<Channel['filePlayer']['play']>, PlayerCause>,
  true satisfies Same<Result<Channel['fileRecorder']['record']>, RecorderCause>,
  true satisfies Same<Result<Channel['wholeCallRecorder']['record']>, WholeCallRecorderCause>,
  true satisfies Same<Result<Channel['dtmfPlayer']['play']>, DtmfPlayerCause>,
  true satisfies Same<Result<Channel['dtmfDetector']['getDigits']>, string>,
  true satisfies Same<Result<Channel['sip']['send']>, number>,
  true satisfies Same<Channel['dtmfDetector']['cause'], DetectorCause>,
  true satisfies Same<Channel['cause'], Cause>,
];

/** Literals and constants are the same values; the classes of the seeds can be imported by their names. */
async function literals(channel: Channel): Promise<boolean> {
  const state: State = 'ANSWERED';
  await channel.reject('BUSY');
  await channel.reject(Cause.BUSY, { status: 600 });
  const error: ChannelError = new SameError('BUSY', 'the same class');
  return state === State.ANSWERED && error instanceof ChannelError && channel.cause === 'NORMAL';
}

/** The example of the user agent. */
async function serve(): Promise<void> {
  await using ua = await UserAgent.start({ port: 5060, mediaDirectory: 'prompts' });
  ua.onCall(async (channel) => {
    await channel.ring();
    await channel.answer();
    await channel.filePlayer.play('welcome.wav', { bargeIn: true });
    const digits = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5000 });
    await channel.filePlayer.play(digits === '1' ? 'sales.wav' : 'office.wav');
  });
  await using outbound = ua.channel();
  using listening = outbound.on('digit', (digit) => digit.charCodeAt(0));
  try {
    const answered = await outbound.call('sip:alice@192.0.2.1', { from: 'sip:bob@example.com', timeout: 30_000 });
    if (answered !== State.ANSWERED) throw new Hangup(`not answered: ${outbound.cause}`);
  } catch (error) {
    if (!(error instanceof Hangup)) throw error;
  }
  void listening;
  await ua.stop({ grace: 5000 });
}

/** The example of the testing entry. */
async function test(application: (channel: Channel) => Promise<void>): Promise<number> {
  const { channel, caller, clock } = testing.createFakeChannel({ prompts: { 'menu.wav': 3000 } });
  const done = application(channel);
  await caller.waitFor('play', 'menu.wav');
  await caller.press('2');
  await clock.advance(5000);
  await caller.hangUp();
  await done;
  return clock instanceof testing.TestClock ? clock.now() : 0;
}

/** None of these may compile. */
function refused(channel: Channel): readonly unknown[] {
  return [
    // @ts-expect-error A state is one of fourteen names.
    channel.state === 'RINGING',
    // @ts-expect-error Durations are numbers of milliseconds.
    channel.sleep('5s'),
    // @ts-expect-error There is no such option.
    channel.filePlayer.play('a.wav', { barge_in: true }),
    // @ts-expect-error There is no such event.
    channel.on('error', () => undefined),
    // @ts-expect-error There is no such option.
    UserAgent.start({ prot: 5060 }),
    // @ts-expect-error There is no such format.
    channel.fileRecorder.record('a.wav', { format: 'MP3' }),
  ];
}

describe('the public API', () => {
  it('of offhook has these names at run time', () => {
    expect(Object.keys(offhook).sort()).toEqual([
      'AudioPipe',
      'AudioWay',
      'Bridge',
      'BridgeMember',
      'BridgeMusic',
      'BridgePlayer',
      'BridgeRecorder',
      'CallError',
      'CallQueue',
      'Cause',
      'Channel',
      'ChannelAudioStreams',
      'ChannelError',
      'ChannelSip',
      'ConferenceParty',
      'ConferenceRoom',
      'DetectorCause',
      'DtmfDetector',
      'DtmfPlayer',
      'DtmfPlayerCause',
      'DtmfPlayerState',
      'Error',
      'FarEndType',
      'FileManager',
      'FilePlayer',
      'FileRecorder',
      'Hangup',
      'MusicOnHold',
      'Playback',
      'PlaybackState',
      'PlayerCause',
      'PlayerState',
      'PredefinedTones',
      'RecorderCause',
      'RecorderState',
      'Recording',
      'RecordingState',
      'Recordings',
      'SIPHeaderField',
      'SIPInfo',
      'SIPInfoDTMFRelay',
      'SIPInfoPlainText',
      'SIPMessage',
      'SIPMessagePlainText',
      'SipState',
      'Sounds',
      'SpeechDetector',
      'State',
      'ToneDetector',
      'ToneManager',
      'TonePlayer',
      'TransferCause',
      'UserAgent',
      'WholeCallRecorder',
      'WholeCallRecorderCause',
      'commandSpeech',
      'espeakSpeech',
      'httpSpeech',
      'isChannelError',
      'isHangup',
      'localStorage',
      's3Storage',
    ]);
    expect(offhook.Error).toBe(offhook.ChannelError);
  });

  it('of offhook/testing has these', () => {
    expect(Object.keys(testing).sort()).toEqual([
      'TestClock',
      'TestNetwork',
      'createFakeChannel',
      'createFakeUserAgent',
      'createTestNetwork',
      'everyHangup',
      'matchers',
      'parseJournal',
      'renderTimeline',
      'replay',
    ]);
  });

  it('has constants whose values are their own names', () => {
    const {
      Cause: cause,
      State: state,
      PlayerCause,
      RecorderCause,
      DetectorCause,
      DtmfPlayerCause,
      PredefinedTones,
      SipState,
      WholeCallRecorderCause,
    } = offhook;
    for (const names of [
      cause,
      state,
      PlayerCause,
      RecorderCause,
      DetectorCause,
      DtmfPlayerCause,
      PredefinedTones,
      SipState,
      WholeCallRecorderCause,
    ]) {
      for (const [name, value] of Object.entries(names)) expect(value).toBe(name);
    }
    expect([Object.keys(state).length, Object.keys(cause).length]).toEqual([14, 14]);
  });

  it('compiles as documented, and refuses what it should', () => {
    // What these hold is for the compiler; none of it is run.
    expect(results.every(Boolean)).toBe(true);
    expect([literals, serve, refused].map((code) => typeof code)).toEqual(['function', 'function', 'function']);
  });

  it('runs an application on the fake channel as documented', async () => {
    const menu = async (channel: Channel): Promise<void> => {
      await channel.answer();
      await channel.filePlayer.play('menu.wav', { bargeIn: true });
    };
    expect(await test(menu)).toBe(5100);
  });
});
