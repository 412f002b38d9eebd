/** A rule of the sources, broken in one place, and a law of the contract that has to notice. */
export interface BrokenRule {
  readonly file: string;
  /** Text that is there exactly once. */
  readonly from: string;
  readonly to: string;
  /** Part of the name of a test of the contract that has to fail. */
  readonly law: string;
}

const OPERATION = 'src/operation.ts';
const MEDIA_RUN = 'src/channel/media-run.ts';
const RECORDING = 'src/channel/recording-job.ts';
const DETECTOR = 'src/channel/dtmf-detector.ts';
const HOST = 'src/channel/call-host.ts';
const DIAL = 'src/channel/dial.ts';
const CONNECTION = 'src/channel/parties/connection.ts';
const CONNECT = 'src/channel/parties/connect.ts';
const HAND_OVER = 'src/channel/parties/hand-over.ts';
const LOCAL_LEG = 'src/channel/local/local-leg.ts';

/** Every rule of the contract that can be broken by a small slip. */
export const BROKEN_RULES: readonly BrokenRule[] = [
  {
    file: OPERATION,
    from: '  if (host.hangup) return refuse(host, host.hangup);\n',
    to: '',
    law: 'sleep() rejects with Hangup at once',
  },
  {
    file: OPERATION,
    from: `host.onEnd((info) => end('hangup', () => hangupOf(info)))`,
    to: 'host.onEnd(() => undefined)',
    law: 'sleep() rejects with Hangup within 100 ms of the far end hanging up',
  },
  {
    file: OPERATION,
    from: `end('abort', () => signal?.reason)`,
    to: `end('abort', () => new Error(String(signal?.reason)))`,
    law: 'sleep() rejects with signal.reason, untouched',
  },
  {
    file: OPERATION,
    from: '  signal?.throwIfAborted();\n',
    to: '',
    law: 'startCall() rejects with the reason and has done nothing',
  },
  {
    file: OPERATION,
    from: 'if (this.#reason || this.#finished) return false;',
    to: 'if (this.#finished) return false;',
    law: 'sleep(): an abort before a hang-up',
  },
  {
    file: OPERATION,
    from: 'if (this.#reason || this.#finished) return false;',
    to: 'if (this.#reason) return false;',
    law: 'a completion before a hang-up: the digit that completes is not taken back',
  },
  {
    file: OPERATION,
    from: '            stop.finish();\n',
    to: '',
    law: 'a completion before a hang-up of the same instant: sleep()',
  },
  {
    file: 'src/channel/journal/journaled.ts',
    from: '  return running;\n',
    to: '  return running.finally(() => undefined);\n',
    law: 'no unhandled rejection when the call ends',
  },
  {
    file: OPERATION,
    from: "!(typeof timeout === 'number' && timeout >= 0)",
    to: "!(typeof timeout === 'number' && timeout > 0)",
    law: 'waitForIdle({ timeout: 0 }) does not wait',
  },
  {
    file: OPERATION,
    from: '  checkSignal(signal);\n',
    to: '',
    law: 'echo() refuses options, limits and signals that are none',
  },
  {
    file: 'src/option-names.ts',
    from: '  for (const name of Object.keys(options)) if (!Object.hasOwn(names, name)) return unknownName(method, name, names);\n',
    to: '',
    law: 'answer() refuses options, limits and signals that are none',
  },
  {
    file: 'src/channel/state-changes.ts',
    from: '          stop.finish();\n',
    to: '',
    law: 'call(): the answer before an abort, and the call is up',
  },
  {
    file: 'src/channel/call.ts',
    from: '    this.digits.press(digit);\n    this.connection?.pressed(this, digit, by);\n    this.watcher.digitPressed(digit, by);\n',
    to: '    this.watcher.digitPressed(digit, by);\n    this.connection?.pressed(this, digit, by);\n    this.digits.press(digit);\n',
    law: 'a completion before a hang-up: the digit that completes is not taken back',
  },
  {
    file: 'src/channel/call.state.ts',
    from: `    state: { name: 'IDLE', cause: state.cause, hangup: state.hangup },
    effects: [{ type: 'ended', info: state.hangup }],`,
    to: `    state: { name: 'IDLE', cause: state.cause, hangup: input.info },
    effects: [{ type: 'ended', info: input.info }],`,
    law: 'the first who hangs up is the one that everybody is told of',
  },
  {
    file: 'src/channel/answer.ts',
    from: '  stop.finish();\n',
    to: '',
    law: 'answer(): the answer before an abort, and the call is up',
  },
  {
    file: 'src/channel/activity.ts',
    from: '    this.#holders.set(slot, operation);\n',
    to: '',
    law: 'while echo() sends, filePlayer.play(), filePlayer.start(), filePlayer.say(), echo(), dtmfPlayer.play()',
  },
  {
    file: 'src/channel/activity.ts',
    from: '        this.#holders.delete(slot);\n',
    to: '',
    law: 'once dtmfDetector.getDigits() has settled, it can be called again at once',
  },
  {
    file: MEDIA_RUN,
    from: '        slot[Symbol.dispose]();\n',
    to: '        setImmediate(() => slot[Symbol.dispose]());\n',
    law: 'once a prompt has been stopped, the next one can be played in the same turn',
  },
  {
    file: MEDIA_RUN,
    from: '    // What comes now, comes too late to be the reason.\n    this.#operation?.finish();\n',
    to: '',
    law: 'stop() before a hang-up: ABORTED',
  },
  {
    file: MEDIA_RUN,
    from: '    this.#operation?.finish();\n    this.#task?.stop();\n',
    to: '    this.#operation?.finish();\n',
    law: 'filePlayer.play() rejects with signal.reason, untouched',
  },
  {
    file: MEDIA_RUN,
    from: '    if (this.#halt) return;\n',
    to: '',
    law: 'fileRecorder.record(): a hang-up at the moment that it is called',
  },
  {
    file: RECORDING,
    from: `      ['hangup'],\n`,
    to: '      [],\n',
    law: 'that ends with HANGUP by the far end is complete and can be played',
  },
  {
    file: RECORDING,
    from: "if (run.halted === 'HANGUP' && isNothing && call.hangup)",
    to: "if (run.halted === 'HANGUP' && !run && call.hangup)",
    law: 'fileRecorder.record(): a hang-up at the moment that it is called',
  },
  {
    file: 'src/channel/file-recorder.ts',
    from: 'const RECORD_TIMEOUT_MS = 120_000;',
    to: 'const RECORD_TIMEOUT_MS = 60_000;',
    law: 'ends after two minutes unless told otherwise',
  },
  {
    file: 'src/channel/whole-call-recorder.ts',
    from: 'checkRecordLimits(options, Number.POSITIVE_INFINITY)',
    to: 'checkRecordLimits(options, 120_000)',
    law: 'a recording of the whole call has no limit of its own',
  },
  {
    file: 'src/channel/channel-player.ts',
    from: '    call.demandAnswered(operation);\n',
    to: '',
    law: 'the queue of a player takes nothing without a call',
  },
  {
    file: 'src/channel/channel-player.ts',
    from: `      ['timeout'],\n`,
    to: '      [],\n',
    law: 'filePlayer.play() has its result, neither earlier nor much later',
  },
  {
    file: 'src/channel/echo.ts',
    from: '      run.obey(stop);\n',
    to: '',
    law: 'echo() has its result, neither earlier nor much later',
  },
  {
    file: DETECTOR,
    from: 'call.digits.collect(request, () => stop.finish())',
    to: 'call.digits.collect(request, () => undefined)',
    law: 'a completion before a hang-up: the digit that completes is not taken back',
  },
  {
    file: DETECTOR,
    from: 'interdigitTimeout = 5000',
    to: 'interdigitTimeout = 4000',
    law: 'waits five seconds for a further digit unless told otherwise',
  },
  {
    file: DETECTOR,
    from: '      else collecting.giveBack();\n',
    to: '      else collecting.finish();\n',
    law: 'no digit is lost or seen twice, whoever asks for them and gives up',
  },
  {
    file: 'src/channel/digit-inbox.ts',
    from: '        leave();\n        this.#keep(state.digits + this.#buffered);\n',
    to: '        this.#keep(state.digits + this.#buffered);\n',
    law: 'what has settled takes no digit any more',
  },
  {
    file: 'src/channel/digit-collector.state.ts',
    from: `if (request.end.includes(digit)) return { name: 'done', digits, cause: 'END' };`,
    to: `if (request.end.includes(digit)) return { name: 'done', digits: state.digits, cause: 'END' };`,
    law: 'ends at the end digit: END, and it is part of the result',
  },
  {
    file: HOST,
    from: 'if (!isHangup(error)) this.#failed(core, error);',
    to: 'this.#failed(core, error);',
    law: 'that a Hangup leaves has ended normally: nothing is logged',
  },
  {
    file: HOST,
    from: '    await hangUpParty(channel);\n',
    to: '',
    law: 'that returns after the answer: the call is hung up',
  },
  {
    file: HOST,
    from: 'core.call.release(Cause.ERROR, hangup, { status: 500 });',
    to: 'core.call.release(Cause.ERROR, hangup, {});',
    law: 'that fails before the answer: 500, and the error is logged',
  },
  {
    file: DIAL,
    from: "if (stop.reason === 'timeout') abandon(",
    to: "if (stop.reason === 'timeout' && timeout === 0) abandon(",
    law: 'to one who rings resolves with IDLE and the cause TIMEOUT after its timeout',
  },
  {
    file: DIAL,
    from: "  else if (stop.reason) abandon(call, Cause.NORMAL, 'the call was broken off by this side');\n",
    to: '',
    law: 'that its signal gives up is given up at the far end too',
  },
  {
    file: DIAL,
    from: 'const ANSWER_TIMEOUT_MS = 120_000;',
    to: 'const ANSWER_TIMEOUT_MS = 60_000;',
    law: 'that is not answered is given up after two minutes unless told otherwise',
  },
  {
    file: 'src/channel/hang-up.ts',
    from: '    endless,\n    { signal, timeout: FAREWELL_MS },',
    to: '    call,\n    { signal, timeout: FAREWELL_MS },',
    law: 'hangUp() is safe to repeat and never throws Hangup',
  },
  {
    file: 'src/channel/header-field.codec.ts',
    from: '/[\\r\\n\\0]/.test(value)',
    to: '/[\\r\\0]/.test(value)',
    law: 'answer() with a line feed in a header field',
  },
  {
    file: 'src/channel/file-name.codec.ts',
    from: `  if (segment === '..') throw outside(name, 'leads out of the media directory');\n`,
    to: '',
    law: '"../secret.wav" can neither be played nor recorded nor rung with',
  },
  {
    file: CONNECTION,
    from: '...sides.map(({ call }) => call.onEnd(() => this.end()))',
    to: '',
    law: 'when the call of one is hung up by the far end; the other one stays usable',
  },
  {
    file: CONNECTION,
    from: '      link.close();\n',
    to: '',
    law: 'lets each end hear the other and not itself, until disconnect()',
  },
  {
    file: CONNECTION,
    from: 'side(other, one)] as const',
    to: 'side(one, other)] as const',
    law: 'lets each end hear the other and not itself, until disconnect()',
  },
  {
    file: CONNECTION,
    from: '    for (const held of this.#held) held[Symbol.dispose]();\n',
    to: '',
    law: 'can be done three times in turn, with others as well',
  },
  {
    file: CONNECTION,
    from: "    undo.use(activity.take('send', operation)),\n",
    to: '',
    law: 'filePlayer.play() is BUSY on both channels, and possible afterwards',
  },
  {
    file: CONNECTION,
    from: '    void Promise.all([...quiet, this.mediaRelease.end()]).then(this.#resolveEnded);\n',
    to: '',
    law: 'when the call of one is hung up by this side; the other one stays usable',
  },
  {
    file: CONNECTION,
    from: '[...quiet, this.mediaRelease.end()]',
    to: 'quiet',
    law: 'comes back with disconnect(), from either side, before that resolves',
  },
  {
    file: 'src/channel/parties/media-release.ts',
    from: 'void this.#takeSomehow(other);',
    to: 'void 0;',
    law: 'comes back when a far end puts this side on hold; the other one can be played to',
  },
  {
    file: CONNECTION,
    from: '    for (const call of this.#told) call.disconnected(this.other(call));\n',
    to: '',
    law: 'and both channels have the events connected and disconnected, once each',
  },
  {
    file: CONNECT,
    from: '    if (!isAnswered(target)) return false;\n',
    to: '',
    law: 'resolves with false when the other channel is not answered',
  },
  {
    file: CONNECT,
    from: 'call.state === State.ANSWERED && call.isLive',
    to: 'call.state === State.ANSWERED',
    law: 'when one hangs up in the same turn: connect() does not bring it back',
  },
  {
    file: CONNECT,
    from: "    call.demandAnswered('connect()');\n",
    to: '',
    law: 'needs this channel to be answered',
  },
  {
    file: CONNECT,
    from: 'if (known === core) throw',
    to: 'if (known === undefined) throw',
    law: 'needs another channel of the same user agent',
  },
  {
    file: 'src/channel/parties/digit-relay.ts',
    from: '    this.#waiting += digit;\n',
    to: '    this.#waiting = digit;\n',
    law: 'are passed on in order, none twice, and detected on their own channel alone',
  },
  {
    file: HAND_OVER,
    from: "  target.release(Cause.NORMAL, { by: 'local', text });\n",
    to: '',
    law: 'comes back by retrieve(); the target is hung up on, and hears nothing more',
  },
  {
    file: HAND_OVER,
    from: "  call.accept({ type: 'shift', to: State.RECONNECTING });\n",
    to: '',
    law: 'comes back by itself when the target hangs up, and is an ordinary call again',
  },
  {
    file: HAND_OVER,
    from: "      for (const slot of ['send', 'joined'] as const) call.activity.take(slot, operation)[Symbol.dispose]();\n",
    to: '',
    law: 'needs a party that is ANSWERED and free, and another channel that is IDLE and calls out',
  },
  {
    file: HAND_OVER,
    from: 'relayDigits: true',
    to: 'relayDigits: false',
    law: 'passes the keys of the party on to the target',
  },
  {
    file: 'src/channel/parties/ring-back.ts',
    from: '    else this.#ring();\n',
    to: '',
    law: 'lets the party hear that it rings, once it does',
  },
  {
    file: 'src/channel/parties/transfer-failure.codec.ts',
    from: 'Cause.BARRED, Cause.NOANSWER',
    to: 'Cause.BARRED',
    law: 'resolves with ANSWERED and TARGETREJECT when the target is does not answer; both channels stay usable',
  },
  {
    file: 'src/channel/parties/retrieval.ts',
    from: '    if (call.state === State.TRANSFERRED) call.connection?.end();\n',
    to: '',
    law: 'comes back by retrieve(); the target is hung up on, and hears nothing more',
  },
  {
    file: 'src/channel/recording-job.ts',
    from: "    if (this.#slot === 'record call') call.demandUp(operation);\n    else call.demandAnswered(operation);\n",
    to: '    call.demandAnswered(operation);\n',
    law: 'the whole call is recorded on, and can be from then on',
  },
  {
    file: LOCAL_LEG,
    from: "    if (far) far.#end(endSeenBy('remote', release, status));\n",
    to: '',
    law: 'ends for both when the service hangs up, and each knows who it was',
  },
  {
    file: 'src/channel/local/local-exchange.ts',
    from: "      called.release({ status: 404, reason: 'Not Found' });\n",
    to: '      called.release();\n',
    law: 'to one that is not there is IDLE and UNOBTAINABLE, and the channel can call again',
  },
  {
    file: DIAL,
    from: '  if (isLocal) call.media.place = { ...call.media.place, isLocal };\n',
    to: '',
    law: 'lets each side hear what is sent to it by the other',
  },
  {
    file: 'src/channel/parties/hang-up-party.ts',
    from: 'coreOf(channel)?.owner.madeExtraChannels() ?? []',
    to: '[]',
    law: 'is hung up when the call handler ends',
  },
];
