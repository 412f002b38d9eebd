import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toneWav } from '../../bench/tone-wav.ts';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Channel, type SipTrace, State } from '../../src/index.ts';
import { type Baresip, startBaresip } from '../support/baresip.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { strongestTone, toneShare } from '../support/tone.ts';
import { until } from '../support/until.ts';

/** Where in a recording there is a tone and where silence, one after the other; what is shorter than 300 ms is left out. */
async function pieces(file: string, hertz: number): Promise<readonly string[]> {
  const { samples, rate } = await readPcm16(file);
  const length = rate / 10;
  const windows: string[] = [];
  for (let at = 0; at + length <= samples.length; at += length) {
    const window = samples.subarray(at, at + length);
    if (toneShare(window, rate, hertz) > 0.9) windows.push('tone');
    else windows.push(window.every((sample) => Math.abs(sample) < 100) ? 'silence' : 'edge');
  }
  const long = windows.filter((what, index) => {
    const before = windows.slice(0, index).findLastIndex((other) => other !== what);
    const after = windows.findIndex((other, later) => later > index && other !== what);
    return (after < 0 ? windows.length : after) - before - 1 >= 3;
  });
  return long.filter((what, index) => what !== long[index - 1]);
}

/** How much of a tone a baresip has heard in its last call. */
async function share(baresip: Baresip, hertz: number): Promise<number> {
  const { samples, rate } = await readPcm16(await baresip.heard());
  return strongestTone(samples, rate, hertz, 400);
}

function count({ events }: Baresip, type: string): number {
  return events.filter((event) => event.type === type).length;
}

/** What NOTIFYs have said, in order. */
function notified(messages: readonly SipTrace[]): readonly string[] {
  return messages
    .filter(({ direction, summary }) => direction === 'in' && summary.startsWith('NOTIFY'))
    .map(({ text }) => /^SIP\/2\.0 (\d{3})/m.exec(text.slice(text.indexOf('\r\n\r\n')).trimStart())?.[1] ?? '');
}

describeWithPeer('baresip', 'hold and transfer with baresip', () => {
  it('puts it on hold, with music, and takes it back', async () => {
    await using phone = await startPhone();
    await using baresip = await startBaresip({ tone: 600 });
    await writeFile(join(phone.folder, '1000.wav'), toneWav(1000, 1000));
    const channel = phone.ua.channel();
    expect(await channel.call(baresip.uri)).toBe(State.ANSWERED);
    await channel.fileRecorder.start('all.wav', { format: 'PCM16', timeout: 60_000 });
    await channel.filePlayer.play('1000.wav');
    expect(await channel.hold()).toBe(State.ON_HOLD);
    expect((await channel.mediaStatistics()).direction).toBe('sendonly');
    const { packetsSent } = await channel.mediaStatistics();
    await channel.musicOnHold.start('1000.wav');
    await until('the music to be sent', async () => (await channel.mediaStatistics()).packetsSent >= packetsSent + 50);
    await channel.musicOnHold.stop();
    expect(await channel.resume()).toBe(State.ANSWERED);
    await channel.dtmfPlayer.play('5');
    expect((await baresip.event('CALL_DTMF_START')).param).toBe('5');
    await channel.sleep(600);
    await channel.fileRecorder.stop();
    await channel.hangUp();
    await baresip.event('CALL_CLOSED');
    expect(await pieces(join(phone.folder, 'all.wav'), 600)).toEqual(['tone', 'silence', 'tone']);
    // What baresip 1.0 writes down of what it hears ends with the first hold.
    expect(await share(baresip, 1000)).toBeGreaterThan(0.9);
  });

  it('refers it to another: the two talk, and our call is over', async () => {
    const messages: SipTrace[] = [];
    await using phone = await startPhone({ trace: (message) => messages.push(message) });
    await using asked = await startBaresip({ tone: 600 });
    await using target = await startBaresip({ tone: 900 });
    const channel = phone.ua.channel();
    await channel.call(asked.uri);
    expect(await channel.transfer(target.uri)).toBe('NORMAL');
    expect([channel.state, channel.transferCause]).toEqual([State.IDLE, 'NORMAL']);
    expect(notified(messages).at(-1)).toBe('200');
    await target.event('CALL_ESTABLISHED');
    await until('them to have talked', async () => (await share(target, 600)) > 0.9);
    await until('them to have talked', async () => (await share(asked, 900)) > 0.9);
  });

  it('refers a caller from one of three to another, and leaves those two alone', async () => {
    const messages: SipTrace[] = [];
    await using phone = await startPhone({ trace: (message) => messages.push(message) });
    await using caller = await startBaresip({ tone: 600 });
    await using first = await startBaresip({ tone: 900 });
    await using second = await startBaresip({ tone: 1300 });
    const arrived = Promise.withResolvers<Channel>();
    phone.ua.onCall(async (channel) => {
      await channel.answer();
      arrived.resolve(channel);
      await channel.waitForIdle();
    });
    caller.command('dial', `sip:offhook@${phone.at}`);
    const channel = await arrived.promise;
    const [desk, colleague] = [phone.ua.channel(), phone.ua.channel()];
    await desk.call(first.uri);
    await channel.connect(desk);
    await channel.disconnect();
    await channel.hold();
    await colleague.call(second.uri);
    expect(await channel.transfer(colleague)).toBe('NORMAL');
    expect([channel.state, colleague.state, desk.state]).toEqual([State.IDLE, State.IDLE, State.ANSWERED]);
    expect(notified(messages)).toEqual(expect.arrayContaining(['100', '200']));
    await until('our calls to be over', () => count(caller, 'CALL_CLOSED') === 1 && count(second, 'CALL_CLOSED') === 1);
    await until('the two to have talked', async () => (await share(second, 600)) > 0.9);
    await until('the two to have talked', async () => (await share(caller, 1300)) > 0.9);
    expect([count(caller, 'CALL_ESTABLISHED'), count(second, 'CALL_ESTABLISHED')]).toEqual([2, 2]);
    await desk.hangUp();
  });

  it('follows it when it asks for another one', async () => {
    await using phone = await startPhone();
    await using asking = await startBaresip({ tone: 600 });
    await using target = await startBaresip({ tone: 900 });
    const other = phone.ua.channel();
    const accepted = Promise.withResolvers<State>();
    phone.ua.onCall(async (channel) => {
      channel.on('transferRequest', (request) => void request.accept(other).then(accepted.resolve, accepted.reject));
      await channel.answer();
      asking.command('transfer', target.uri);
      await channel.waitForIdle();
    });
    asking.command('dial', `sip:offhook@${phone.at}`);
    expect(await accepted.promise).toBe(State.ANSWERED);
    // It hangs up when it hears that the other one has answered.
    await asking.event('CALL_CLOSED');
    expect(count(asking, 'TRANSFER_FAILED')).toBe(0);
    await other.fileRecorder.record('target.wav', { format: 'PCM16', timeout: 600 });
    const { samples, rate } = await readPcm16(join(phone.folder, 'target.wav'));
    expect(strongestTone(samples, rate, 900)).toBeGreaterThan(0.9);
    await other.hangUp();
  });
});
