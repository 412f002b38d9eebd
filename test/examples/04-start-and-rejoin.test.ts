import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findColleague } from '../../examples/04-start-and-rejoin.ts';
import { startPhone } from '../support/phone.ts';
import { sizeOf } from '../support/size-of.ts';
import { until } from '../support/until.ts';
import { connectLine, type Line, share } from './line.ts';

const busyColleague = 'sip:busy@';

/** The example at the far end of a line, with a colleague whose telephone it calls from the same user agent. */
function exampleLine(to: string): Promise<Line<string>> {
  const line: Promise<Line<string>> = connectLine(async (channel) =>
    findColleague(channel, (await line).callee.ua.channel(), to),
  );
  return line;
}

describe('examples/04-start-and-rejoin.ts', () => {
  it('entertains the caller until the colleague answers', async () => {
    await using colleague = await startPhone();
    await using line = await exampleLine(colleague.ua.uri);
    const channel = line.caller.ua.channel();
    const heard = join(line.caller.folder, 'heard.wav');
    colleague.ua.onCall(async (incoming) => {
      await incoming.ring();
      // The caller hears something while it rings here.
      await until('half a second of audio', async () => (await sizeOf(heard)) > 8_000);
      await incoming.answer();
      await incoming.waitForIdle();
    });
    await channel.call(line.callee.ua.uri);
    expect(await channel.fileRecorder.record('heard.wav')).toBe('HANGUP');
    expect(await line.result).toBe('ANSWERED');
    for (const frequency of [800, 400]) expect(await share(heard, frequency)).toBeGreaterThan(0.9);
  });

  it('tells the caller that the colleague cannot be had', async () => {
    await using colleague = await startPhone();
    colleague.ua.onCall((incoming) => incoming.reject('BUSY'));
    await using line = await exampleLine(`${busyColleague}${colleague.at}`);
    const channel = line.caller.ua.channel();
    await channel.call(line.callee.ua.uri);
    expect(await channel.fileRecorder.record('heard.wav')).toBe('HANGUP');
    expect(await line.result).toBe('IDLE');
    expect(await share(join(line.caller.folder, 'heard.wav'), 700)).toBeGreaterThan(0.9);
  });

  it('leaves nobody ringing when the caller hangs up', async () => {
    await using colleague = await startPhone();
    await using line = await exampleLine(colleague.ua.uri);
    const channel = line.caller.ua.channel();
    const ended: unknown[] = [];
    colleague.ua.onCall(async (incoming) => {
      await incoming.ring();
      await channel.hangUp();
      await incoming.waitForIdle();
      ended.push(incoming.info.hangup?.by);
    });
    await channel.call(line.callee.ua.uri);
    await expect(line.result).rejects.toMatchObject({ code: 'HANGUP' });
    await until('the end of the call to the colleague', () => ended.length > 0);
    expect(ended).toEqual(['remote']);
  });
});
