import { describe, expect, it } from 'vitest';
import type { Journal } from '../../../../src/channel/journal/journal.ts';
import type { JournalEntry } from '../../../../src/channel/journal/journal-entry.ts';
import { fakeDescription } from '../../../../src/testing/fake/fake-description.ts';
import { FakeNetwork } from '../../../../src/testing/fake/fake-network.ts';
import { answeredCall, call, errorOf, type Scene } from '../scene.ts';

/** The lines of some kinds, without their times. */
function facts(journal: Journal, ...kinds: readonly JournalEntry['kind'][]): readonly object[] {
  return journal.entries.filter(({ kind }) => kinds.includes(kind)).map(({ at, ...fact }) => fact);
}

const methods = ({ channel }: Scene): readonly object[] => facts(channel.journal, 'begin', 'done', 'failed');

describe('what a journal has of methods', () => {
  it('begins and ends each of them, in the order in which the program sees them', async () => {
    const scene = call();
    await scene.channel.ring();
    await scene.channel.answer({ headers: { 'X-Account': '42' } });
    expect(methods(scene)).toEqual([
      { kind: 'begin', id: 1, method: 'ring', arguments: [] },
      { kind: 'done', id: 1, method: 'ring', result: 'RING_INCOMING' },
      { kind: 'begin', id: 2, method: 'answer', arguments: [{ headers: { 'X-Account': '42' } }] },
      { kind: 'done', id: 2, method: 'answer', result: 'ANSWERED' },
    ]);
  });

  it('has the end of a method before anything that the program does then', async () => {
    const { channel } = call();
    await channel.ring();
    channel.journal.note('after it');
    expect(channel.journal.entries.at(-2)).toMatchObject({ kind: 'done', method: 'ring' });
  });

  it('tells how long a file was played, and why it ended', async () => {
    const scene = await answeredCall();
    const playing = scene.channel.filePlayer.play('tone.wav', { bargeIn: true });
    await scene.network.elapse(400);
    scene.network.media.sessions[0]?.press('5');
    await playing;
    expect(facts(scene.channel.journal, 'begin', 'digit', 'played', 'done').slice(2)).toEqual([
      { kind: 'begin', id: 2, method: 'filePlayer.play', arguments: ['tone.wav', { bargeIn: true }] },
      { kind: 'digit', digit: '5', by: 'RFC4733' },
      { kind: 'played', id: 2, file: 'tone.wav', cause: 'BARGEIN', ms: 400 },
      { kind: 'done', id: 2, method: 'filePlayer.play', result: 'BARGEIN' },
    ]);
  });

  it('tells the end of what was started and nobody waits for', async () => {
    const scene = await answeredCall();
    await scene.channel.filePlayer.start('tone.wav');
    await scene.channel.fileRecorder.start('said.wav');
    await scene.network.elapse(200);
    scene.network.media.sessions[0]?.speak(300);
    await scene.network.elapse(1800);
    await scene.channel.fileRecorder.stop();
    expect(facts(scene.channel.journal, 'played', 'recorded')).toEqual([
      { kind: 'played', id: 2, file: 'tone.wav', cause: 'NORMAL', ms: 1000 },
      { kind: 'recorded', id: 3, file: 'said.wav', cause: 'ABORTED', ms: 2000, sound: true },
    ]);
  });

  it('has the cause of getDigits beside its digits', async () => {
    const scene = await answeredCall();
    scene.network.media.sessions[0]?.press('7');
    await scene.channel.dtmfDetector.getDigits({ count: 1, timeout: Number.POSITIVE_INFINITY });
    expect(methods(scene).slice(-2)).toEqual([
      { kind: 'begin', id: 2, method: 'dtmfDetector.getDigits', arguments: [{ count: 1, timeout: 'Infinity' }] },
      { kind: 'done', id: 2, method: 'dtmfDetector.getDigits', result: '7', cause: 'COUNT' },
    ]);
  });

  it('tells errors, hang-ups and aborts apart', async () => {
    const scene = await answeredCall();
    const { channel } = scene;
    const reason = new Error('no longer wanted');
    await errorOf(channel.filePlayer.play('missing.wav'));
    await errorOf(channel.sleep(1000, { signal: AbortSignal.abort(reason) }));
    const sleeping = errorOf(channel.sleep(1000));
    scene.leg.end({ by: 'remote', text: 'gone' });
    await sleeping;
    expect(facts(channel.journal, 'failed')).toMatchObject([
      { id: 2, method: 'filePlayer.play', error: { name: 'ChannelError', code: 'FILE_NOT_FOUND' } },
      { id: 3, method: 'sleep', error: { name: 'Error', message: 'no longer wanted' } },
      { id: 4, method: 'sleep', error: { name: 'Hangup', message: 'gone' } },
    ]);
    expect(facts(channel.journal, 'begin').slice(2)).toMatchObject([{ arguments: [1000] }, { arguments: [1000] }]);
  });

  it('takes wrong arguments as they are, and leaves their refusal to the method', async () => {
    const { channel } = await answeredCall();
    const wrong = channel as unknown as { sleep(...values: unknown[]): Promise<void> };
    await expect(wrong.sleep(10, null)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(wrong.sleep(undefined, {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(facts(channel.journal, 'begin').slice(1)).toMatchObject([{ arguments: [10] }, { arguments: [] }]);
  });

  it('leaves a method that nobody awaits no unhandled rejection', async () => {
    const { channel } = await answeredCall();
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listener);
    void channel.filePlayer.play('missing.wav');
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect([unhandled, facts(channel.journal, 'failed').length]).toEqual([[], 1]);
  });
});

describe('what a journal has of the far end', () => {
  it('has an inbound call, its hold, its requests and its end', async () => {
    const { channel, leg } = await answeredCall();
    await leg.reoffer(fakeDescription(['PCMU'], 'sendonly', 2));
    leg.end({ by: 'remote' });
    expect(facts(channel.journal, 'call', 'state', 'offer', 'ended')).toEqual([
      { kind: 'state', state: 'CALL_INCOMING', cause: 'NORMAL' },
      {
        kind: 'call',
        direction: 'inbound',
        from: 'sip:caller@192.0.2.2',
        to: 'sip:offhook@192.0.2.1',
        requestUri: 'sip:offhook@192.0.2.1',
        callId: 'fake-1',
        wall: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
      },
      { kind: 'state', state: 'ANSWERING', cause: 'NORMAL' },
      { kind: 'state', state: 'ANSWERED', cause: 'NORMAL' },
      { kind: 'offer', direction: 'recvonly' },
      { kind: 'state', state: 'IDLE', cause: 'NORMAL' },
      { kind: 'ended', info: { by: 'remote' } },
    ]);
  });

  it('has an outbound call and its progress, without the password', async () => {
    const network = new FakeNetwork();
    network.signaling.onDial = (leg) => {
      leg.progress(180);
      leg.end({ by: 'remote', status: 486 });
    };
    const channel = network.host.channel();
    await channel.call('sip:bob@example.com', { credentials: { username: 'ann', password: 'secret' } });
    expect(facts(channel.journal, 'begin', 'call', 'state', 'progress', 'done')).toMatchObject([
      { arguments: ['sip:bob@example.com', { credentials: { username: 'ann', password: '***' } }] },
      { state: 'CALL_OUTGOING' },
      { kind: 'call', direction: 'outbound', to: 'sip:bob@example.com' },
      { kind: 'progress', status: 180 },
      { state: 'RING_OUTGOING' },
      { state: 'IDLE', cause: 'BUSY' },
      { method: 'call', result: 'IDLE' },
    ]);
    expect(JSON.stringify(channel.journal.entries)).not.toContain('secret');
  });
});
