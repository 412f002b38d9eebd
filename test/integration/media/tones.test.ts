import { describe, expect, it } from 'vitest';
import { UserAgent } from '../../../src/index.ts';
import { until } from '../../support/until.ts';

// Frequencies, levels and cadences are measured in virtual time, by test/integration/network/tones.test.ts.

describe('tones over sockets', () => {
  it('are heard before the answer: ring-back of our own', async () => {
    const at = { address: '127.0.0.1', port: 0, mediaDirectory: '.' } as const;
    await using callee = await UserAgent.start(at);
    await using caller = await UserAgent.start(at);
    callee.onCall(async (channel) => {
      await channel.ring({ earlyMedia: true, tone: 'RINGBACK_EU', duration: 60_000 });
    });
    const channel = caller.channel();
    await channel.startCall(callee.uri);
    // -10 dBm0 in dBov: 0 dBm0 is a sine 3.17 dB below full scale, whose RMS is 3.01 dB below its peak.
    const wanted = -10 - 3.17 - 3.01;
    await until('the ring-back', async () => Math.abs((await channel.mediaStatistics()).levelReceived - wanted) < 0.2);
    expect(channel.state).toBe('RING_OUTGOING');
    await channel.hangUp();
  });
});
