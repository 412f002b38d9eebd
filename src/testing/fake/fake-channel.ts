import { type Codec, checkCodecs, DEFAULT_CODECS } from '../../channel/codec.ts';
import { checkHeaderFields, type HeaderFields } from '../../channel/header-field.codec.ts';
import { type OptionNames, optionsProblem } from '../../channel/option-names.ts';
import { ChannelError } from '../../errors.ts';
import { shown } from '../../operation.ts';
import { type CallerScript, checkScript } from './caller-script.ts';
import type { FakeCall } from './fake-call.ts';
import { FAKE_SETTINGS, type FakeSettings, fakeNetwork } from './fake-settings.ts';
import { TestCall } from './test-call.ts';

/** What a fake call is like. */
export interface FakeChannelOptions extends FakeSettings {
  /** Header fields of the INVITE of an inbound call. */
  headers?: HeaderFields | undefined;
  /** URI of the caller of an inbound call. */
  from?: string | undefined;
  /** URI that an inbound call is for. */
  to?: string | undefined;
  /** Codecs that the caller of an inbound call offers. All that there are by default. */
  codecs?: readonly Codec[] | undefined;
  /** `'inbound'` (the default): a call has come in. `'outbound'`: the channel is IDLE, for `channel.call()`. */
  direction?: 'inbound' | 'outbound' | undefined;
  /** What the caller does, line by line. */
  script?: CallerScript | undefined;
}

export const FAKE_CHANNEL_OPTIONS: OptionNames<FakeChannelOptions> = {
  ...FAKE_SETTINGS,
  codecs: true,
  direction: true,
  from: true,
  headers: true,
  script: true,
  to: true,
};

/**
 * A channel for the tests of an application: no socket, no sleep, no audio device. It is the same class as the real one and keeps all
 * of its laws, over signalling and media that exist in memory only. Prompts, recordings and time limits take the time that they really
 * take, but of a clock that jumps.
 *
 * @throws ChannelError `INVALID_ARGUMENT`, `FILE_INVALID`.
 * @example
 * ```ts
 * const call = createFakeChannel({ prompts: { 'menu.wav': 3000 } });
 * const done = call.run(myMenu);
 * await call.caller.waitForPrompt('menu.wav');
 * await call.caller.press('2');
 * await call.caller.hangUp();
 * await done;
 * ```
 */
export function createFakeChannel(options: FakeChannelOptions = {}): FakeCall {
  return makeTestCall(options);
}

/** As {@link createFakeChannel}, for the parts of the kit that look inside. */
export function makeTestCall(options: FakeChannelOptions): TestCall {
  const problem = optionsProblem('createFakeChannel()', options, FAKE_CHANNEL_OPTIONS);
  if (problem) throw problem;
  const { headers, script = [], direction = 'inbound', codecs = DEFAULT_CODECS, from, to } = options;
  if (direction !== 'inbound' && direction !== 'outbound') {
    throw new ChannelError('INVALID_ARGUMENT', `direction must be 'inbound' or 'outbound', not ${shown(direction)}`);
  }
  checkScript(script);
  const invite = { codecs: checkCodecs(codecs), from, to, headers: checkHeaderFields(headers) };
  const { network, plans } = fakeNetwork(options);
  return new TestCall(network, direction, invite, plans, script);
}
