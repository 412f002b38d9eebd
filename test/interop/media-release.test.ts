import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPcm16 } from '../../examples/demo/compare-audio.ts';
import { type Channel, type SipTrace, State } from '../../src/index.ts';
import { type Baresip, startBaresip } from '../support/baresip.ts';
import { freePort } from '../support/free-port.ts';
import { describeWithPeer } from '../support/peers.ts';
import { startPhone } from '../support/phone.ts';
import { type Sipp, startSipp } from '../support/sipp.ts';
import * as step from '../support/sipp-scenario.ts';
import { expectAllGood, scenarioFiles } from '../support/sipp-scenarios.ts';
import { strongestTone, toneShare } from '../support/tone.ts';
import { until } from '../support/until.ts';

const ONE_TONE = 600;
const OTHER_TONE = 900;

/** For how many tenths of a second a baresip has heard a tone so far. */
async function tenths(baresip: Baresip, hertz: number): Promise<number> {
  const { samples, rate } = await readPcm16(await baresip.heard());
  const length = rate / 10;
  let count = 0;
  for (let at = 0; at + length <= samples.length; at += length) {
    if (toneShare(samples.subarray(at, at + length), rate, hertz) > 0.9) count++;
  }
  return count;
}

async function packets(...channels: readonly Channel[]): Promise<readonly number[]> {
  const all = await Promise.all(channels.map((channel) => channel.mediaStatistics()));
  return all.flatMap(({ packetsReceived, packetsSent }) => [packetsReceived, packetsSent]);
}

/** What our descriptions have said in each dialog, in order, each once: their version, counted from the first, and the port of their audio. */
function described(messages: readonly SipTrace[]): readonly (readonly [version: number, port: number])[][] {
  const dialogs = new Map<string, [bigint, number][]>();
  for (const { direction, text } of messages) {
    const said = /^o=offhook \d+ (\d+)[\s\S]*^m=audio (\d+)/m.exec(text);
    const callId = /^Call-ID: (.*)\r$/im.exec(text)?.[1];
    if (direction !== 'out' || !said || callId === undefined) continue;
    const before = dialogs.get(callId) ?? [];
    const [version, port] = [BigInt(said[1] ?? 0), Number(said[2])];
    // It may have been sent again.
    if (String(before.at(-1)) !== String([version, port])) dialogs.set(callId, [...before, [version, port]]);
  }
  return [...dialogs.values()].map((said) =>
    said.map(([version, port]) => [Number(version - (said[0]?.[0] ?? 0n)), port] as const),
  );
}

/** The port of the audio of a far end, as it has said last. */
function portOf(messages: readonly SipTrace[], { uri }: Baresip): number {
  const at = uri.slice(uri.indexOf('@') + 1);
  const said = messages.filter(({ direction, remote, text }) => {
    return direction === 'in' && remote === at && text.includes('m=audio');
  });
  return Number(/^m=audio (\d+)/m.exec(said.at(-1)?.text ?? '')?.[1]);
}

describeWithPeer('baresip', 'two baresips that send each other their audio', () => {
  it('hear each other although no packet comes here any more, and through this side again afterwards', async () => {
    const messages: SipTrace[] = [];
    await using phone = await startPhone({ trace: (message) => messages.push(message) });
    await using one = await startBaresip({ tone: ONE_TONE });
    await using other = await startBaresip({ tone: OTHER_TONE });
    const [first, second] = [phone.ua.channel(), phone.ua.channel()];
    expect(await first.call(one.uri)).toBe(State.ANSWERED);
    expect(await second.call(other.uri)).toBe(State.ANSWERED);
    await first.connect(second);
    await until('them to hear each other through this side', async () => (await tenths(one, OTHER_TONE)) >= 5);
    const ours = described(messages).map((said) => said[0]?.[1]);

    await first.releaseMedia();
    const heard = async (): Promise<readonly [number, number]> => [
      await tenths(one, OTHER_TONE),
      await tenths(other, ONE_TONE),
    ];
    let before: readonly number[] = [];
    // The first time, packets may still be under way that were sent before they agreed.
    await until('a second in which they hear each other and nothing comes here', async () => {
      before = await packets(first, second);
      const [toOne, toOther] = await heard();
      await until('a second of each to reach the other', async () => {
        const now = await heard();
        return now[0] >= toOne + 10 && now[1] >= toOther + 10;
      });
      return String(await packets(first, second)) === String(before);
    });

    await second.takeMedia();
    const [received = 0, sent = 0] = before;
    await until('a second of audio to pass through this side', async () => {
      const now = await packets(first, second);
      return (now[0] ?? 0) >= received + 50 && (now[1] ?? 0) >= sent + 50;
    });
    // What they have sent to each other is not lost.
    const { packetsLost } = await first.mediaStatistics();
    expect(packetsLost).toBeLessThan(40);
    const [toOne, toOther] = await heard();
    await until('them to hear each other again', async () => {
      const now = await heard();
      return now[0] > toOne + 3 && now[1] > toOther + 3;
    });
    expect(described(messages)).toEqual([
      [
        [0, ours[0]],
        [1, portOf(messages, other)],
        [2, ours[0]],
      ],
      [
        [0, ours[1]],
        [1, portOf(messages, one)],
        [2, ours[1]],
      ],
    ]);
    await Promise.all([first.hangUp(), second.hangUp()]);
  });

  it('of which one hangs up: the other one is heard here again, and hears what is played', async () => {
    await using phone = await startPhone();
    await using one = await startBaresip({ tone: ONE_TONE });
    await using other = await startBaresip({ tone: OTHER_TONE });
    const [first, second] = [phone.ua.channel(), phone.ua.channel()];
    await first.call(one.uri);
    await second.call(other.uri);
    await first.connect(second);
    // A baresip 1.0 that is asked in the instant in which its call begins may write nothing down.
    await until('them to hear each other', async () => (await tenths(other, ONE_TONE)) >= 3);
    await first.releaseMedia();
    const before = await tenths(other, ONE_TONE);
    await until('them to hear each other directly', async () => (await tenths(other, ONE_TONE)) >= before + 5);
    one.command('hangup');
    await second.waitForDisconnect();
    expect([second.state, second.info.isMediaReleased]).toEqual([State.ANSWERED, false]);
    await second.fileRecorder.record('heard.wav', { format: 'PCM16', timeout: 600 });
    const { samples, rate } = await readPcm16(join(phone.folder, 'heard.wav'));
    expect(strongestTone(samples, rate, OTHER_TONE)).toBeGreaterThan(0.9);
    await second.dtmfPlayer.play('5');
    expect((await other.event('CALL_DTMF_START')).param).toBe('5');
    await second.hangUp();
  });
});

describeWithPeer('sipp', 'two SIPps of which one will not send its audio elsewhere', () => {
  const writeScenario = scenarioFiles();

  it('the other one is asked, and asked back with our own description', async () => {
    const messages: SipTrace[] = [];
    await using phone = await startPhone({ trace: (message) => messages.push(message) });
    const [onePort, otherPort] = [await freePort(), await freePort()];
    const callee = async (name: string, steps: readonly string[]): Promise<Sipp & { readonly uri: string }> => {
      const sipp = await startSipp({ scenario: await writeScenario(name, steps) });
      return { ...sipp, uri: `sip:${name}@${sipp.address}:${sipp.port}` };
    };
    const answered = (port: number): readonly string[] => [
      step.expectRequest('INVITE'),
      step.response(200, 'OK', { body: step.sdp({ port }) }),
      step.expectRequest('ACK'),
    ];
    const inDialog = (status: number, reason: string, body?: string): string =>
      step.response(status, reason, body === undefined ? {} : { body }).replace(';tag=[pid]callee[call_number]', '');
    const end = [step.expectRequest('BYE'), step.ok()];
    const one = await callee('one', [
      ...answered(onePort),
      step.expectMatch('request="INVITE"', `m=audio ${otherPort} RTP/AVP 0 8 101`),
      inDialog(488, 'Not Acceptable Here'),
      step.expectRequest('ACK'),
      ...end,
    ]);
    const other = await callee('other', [
      ...answered(otherPort),
      step.expectMatch('request="INVITE"', `m=audio ${onePort} RTP/AVP 0 8 101`),
      inDialog(200, 'OK', step.sdp({ port: otherPort })),
      step.expectRequest('ACK'),
      step.expectRequest('INVITE'),
      inDialog(200, 'OK', step.sdp({ port: otherPort })),
      step.expectRequest('ACK'),
      ...end,
    ]);
    const [first, second] = [phone.ua.channel(), phone.ua.channel()];
    expect(await first.call(one.uri)).toBe(State.ANSWERED);
    expect(await second.call(other.uri)).toBe(State.ANSWERED);
    await first.connect(second);
    await expect(first.releaseMedia()).rejects.toMatchObject({ code: 'REFUSED' });
    expect([first.state, second.state, second.info.isMediaReleased]).toEqual([State.ANSWERED, State.ANSWERED, false]);
    // The other one hears of ours, of the one, and of ours again.
    const ours = described(messages).map((said) => said[0]?.[1]);
    expect(described(messages)).toEqual([
      [
        [0, ours[0]],
        [1, otherPort],
      ],
      [
        [0, ours[1]],
        [1, onePort],
        [2, ours[1]],
      ],
    ]);
    await Promise.all([first.hangUp(), second.hangUp()]);
    for (const { result } of [one, other]) expectAllGood(await result);
  });
});
