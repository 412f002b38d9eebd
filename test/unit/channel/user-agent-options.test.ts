import { describe, expect, it } from 'vitest';
import { checkUserAgentOptions, type UserAgentOptions } from '../../../src/channel/user-agent-options.ts';
import { isChannelError } from '../../../src/errors.ts';
import { nearestName } from '../../../src/nearest-name.codec.ts';
import { espeakSpeech } from '../../../src/speech/provider/espeak-speech.ts';

function messageOf(options: unknown): string {
  try {
    checkUserAgentOptions(options as UserAgentOptions);
  } catch (error) {
    if (isChannelError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('the options of a user agent', () => {
  it('have defaults', () => {
    const { logger, ...rest } = checkUserAgentOptions({});
    expect(rest).toEqual({
      address: '0.0.0.0',
      port: 5060,
      transports: ['udp', 'tcp'],
      publicAddress: undefined,
      rtpPorts: { min: 16_384, max: 32_767 },
      codecs: ['PCMU', 'PCMA'],
      mediaDirectory: undefined,
      language: 'en',
      sounds: undefined,
      credentials: undefined,
      user: 'offhook',
      displayName: undefined,
      outboundProxy: undefined,
      maxCalls: Number.POSITIVE_INFINITY,
      extraChannels: 1,
      roomSize: 40,
      mediaWorkers: 1,
      mediaTimeout: 300_000,
      inbandDtmf: 'auto',
      acceptRegistrations: false,
      journal: undefined,
      speech: { timeout: 10_000 },
      trace: undefined,
    });
    expect(logger.info).toBeTypeOf('function');
  });

  it('speak the language of the speech where no other is named', () => {
    expect(checkUserAgentOptions({ speech: { language: 'de' } }).language).toBe('de');
    expect(checkUserAgentOptions({ language: 'fr', speech: { language: 'de' } }).language).toBe('fr');
  });

  it('are taken as they are when they are right', () => {
    const options = {
      address: '::1',
      port: 0,
      transports: ['tcp'],
      publicAddress: '203.0.113.7',
      rtpPorts: { min: 40_000, max: 40_001 },
      codecs: ['PCMA'],
      mediaDirectory: 'prompts',
      language: 'de-AT',
      sounds: { directories: ['own', 'bought'] },
      credentials: { username: 'a', password: 'b', realm: undefined },
      user: 'ivr',
      displayName: 'The IVR',
      outboundProxy: 'sip:proxy.example.com',
      maxCalls: 10,
      extraChannels: 0,
      roomSize: 12,
      mediaWorkers: 2,
      mediaTimeout: 60_000,
      inbandDtmf: 'never',
      acceptRegistrations: true,
      journal: { directory: 'journals', audio: true, digits: 'masked' },
      speech: { provider: espeakSpeech(), voice: 'anna', language: 'de', cacheDirectory: 'spoken', timeout: 5000 },
      trace: String,
      logger: console,
    } as const;
    expect(checkUserAgentOptions(options)).toEqual(options);
  });

  it('an unknown one is refused with the name that was probably meant', () => {
    expect(messageOf({ prot: 5060 })).toMatch(/^INVALID_ARGUMENT: .*"prot".*did you mean port\?/);
    expect(messageOf({ mediaDir: '.' })).toMatch(/did you mean mediaDirectory\?/);
    expect(messageOf({ zzzzzzzz: 1 })).toMatch(/"zzzzzzzz"; there are address, port,/);
  });

  for (const [name, values] of Object.entries({
    address: ['localhost', '', 7, '1.2.3'],
    port: [-1, 65_536, 1.5, '5060', Number.NaN],
    transports: [[], ['tls'], 'udp', null],
    publicAddress: ['example.com', null],
    rtpPorts: [{ min: 2000, max: 1000 }, { min: 1, max: 2 }, [1024, 2048], { min: 40_000, max: 40_000 }, 7, null],
    codecs: [[], ['opus'], 'PCMU'],
    mediaDirectory: ['', 7, 'a\0b'],
    sounds: ['sounds', null, {}, { directories: [] }, { directories: ['a', 7] }, { directory: 'a' }],
    credentials: [{ username: 'a' }, 'a:b', null, { username: 'a', password: 'b', realm: 7 }],
    user: ['', 7],
    displayName: ['a\r\nb'],
    outboundProxy: [''],
    maxCalls: [0, -1, 1.5, 'many'],
    extraChannels: [-1, 101, 1.5, '1', null],
    roomSize: [0, 1, 2.5, '40'],
    mediaWorkers: [0, 65, 1.5],
    journal: [
      'journals',
      null,
      {},
      { directory: '' },
      { directory: 'a\0b' },
      { directory: 'a', audio: 1 },
      { directory: 'a', digits: 'none' },
      { directory: 'a', folder: 'b' },
    ],
    acceptRegistrations: ['yes', 1],
    speech: [
      'flite',
      null,
      { provider: 'flite' },
      { provider: { name: 'a' } },
      { voice: '' },
      { language: 7 },
      { cacheDirectory: 'a\0b' },
      { timeout: 0 },
      { timeout: '5' },
      { engine: 'a' },
    ],
    trace: ['all', {}],
    logger: [{}, null, { info: String }],
  })) {
    for (const value of values) {
      it(`${name}: ${JSON.stringify(value)} is refused by name`, () => {
        const message = messageOf({ [name]: value });
        expect(message).toMatch(/^INVALID_ARGUMENT: /);
        expect(message).toContain(name);
      });
    }
  }

  it('must be an object', () => {
    expect(messageOf(null)).toMatch(/INVALID_ARGUMENT/);
    expect(messageOf(5060)).toMatch(/INVALID_ARGUMENT/);
  });
});

describe('the nearest name', () => {
  it('is the one that the fewest changes lead to, if they are few', () => {
    expect(nearestName('codec', ['codecs', 'credentials', 'port'])).toBe('codecs');
    expect(nearestName('PORT', ['port'])).toBe('port');
    expect(nearestName('xyz', ['port', 'user'])).toBeUndefined();
  });
});
