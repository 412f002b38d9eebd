import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeBadMedia } from './bad-media.contract.ts';
import { type BadMediaSite, fillBadMedia, openBadMediaSite } from './bad-media-site.ts';
import { describeBadNames } from './bad-names.contract.ts';
import type { Bearer } from './bearer.ts';
import type { Equip } from './equip.ts';
import { fakeBearer } from './fake-bearer.ts';
import { useBearer } from './laws.ts';
import { type Loopback, openLoopback } from './loopback-bearer.ts';
import { networkBearer } from './network-bearer.ts';

/** How long a provider may take that hangs, in milliseconds. */
const SPEECH_TIMEOUT = 20;

let site: BadMediaSite;
let loopback: Loopback | undefined;

/** Lets user agents have all that is bad in their media directory. */
function withBadMedia(): Equip {
  let filled: Promise<void> | undefined;
  return async ({ mediaDirectory = '', ...options }) => {
    site.folder = mediaDirectory;
    filled ??= fillBadMedia(site);
    await filled;
    return {
      ...options,
      mediaDirectory,
      sounds: { directories: join(mediaDirectory, 'sounds') },
      speech: { provider: site.speech, timeout: SPEECH_TIMEOUT, cacheDirectory: false },
    };
  };
}

function describeOver(
  name: string,
  carrier: 'fake' | 'stack',
  open: () => Promise<void>,
  bearer: () => Promise<Bearer>,
) {
  describe(`bad input, over ${name}`, () => {
    beforeAll(async () => {
      site = await openBadMediaSite();
      await open();
    });
    afterAll(async () => {
      await loopback?.[Symbol.asyncDispose]();
      loopback = undefined;
      await site[Symbol.asyncDispose]();
    });
    const stage = useBearer(bearer);
    describeBadMedia(stage, () => site, carrier);
    describeBadNames(stage, () => site);
  });
}

describeOver(
  'fake ports',
  'fake',
  () => fillBadMedia(site),
  () => fakeBearer({ mediaDirectory: site.folder }),
);

describeOver(
  'a network in memory',
  'stack',
  async () => undefined,
  () => networkBearer(withBadMedia()),
);

describeOver(
  'loopback',
  'stack',
  async () => {
    loopback = await openLoopback(withBadMedia());
  },
  async () => {
    if (!loopback) throw new Error('loopback is there from beforeAll on');
    return loopback.bearer();
  },
);
