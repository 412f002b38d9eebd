import { describe, expect, it } from 'vitest';
import type { JournalEntry, JournalFact } from '../../../../src/channel/journal/journal-entry.ts';
import { renderTimeline } from '../../../../src/channel/journal/timeline.codec.ts';
import { FakeNetwork } from '../../../../src/testing/fake/fake-network.ts';
import { answeredCall, call, errorOf } from '../scene.ts';

const at = (ms: number, fact: JournalFact): JournalEntry => ({ at: ms, ...fact });
const digit = (ms: number, key: string, by: 'RFC4733' | 'INBAND' | 'INFO' = 'RFC4733'): JournalEntry =>
  at(ms, { kind: 'digit', digit: key, by });

describe('a timeline', () => {
  it('shows a menu', async () => {
    const { channel, network, leg } = call();
    await channel.ring();
    await channel.answer();
    const playing = channel.filePlayer.play('tone.wav', { bargeIn: true });
    await network.elapse(700);
    network.media.sessions[0]?.press('4');
    await playing;
    const digits = channel.dtmfDetector.getDigits({ count: 2, predigitsTimeout: 5000 });
    await network.elapse(300);
    network.media.sessions[0]?.press('2');
    await digits;
    channel.journal.note('account 42');
    const last = errorOf(channel.filePlayer.play('tone.wav', { loop: true }));
    await network.elapse(2000);
    leg.end({ by: 'remote' });
    await last;
    expect(String(channel.journal)).toMatchInlineSnapshot(`
      "  ms  application                                                   caller
         0                                                                calls sip:offhook@192.0.2.1 from sip:caller@192.0.2.2
         0  ring() → RING_INCOMING
         0  answer() → ANSWERED
         0  filePlayer.play('tone.wav', { bargeIn: true }) → BARGEIN after 700 ms
       700                                                                presses 4
       700  dtmfDetector.getDigits({ count: 2, predigitsTimeout: 5000 }) → '42' COUNT after 300 ms
      1000                                                                presses 2
      1000  note: account 42
      1000  filePlayer.play('tone.wav', { loop: true }) → Hangup after 2000 ms
      3000                                                                hangs up"
    `);
  });

  it('says of a method without a result that it is done, when that took time', () => {
    const sleep = (id: number, from: number, to: number): JournalEntry[] => [
      at(from, { kind: 'begin', id, method: 'sleep', arguments: [to - from] }),
      at(to, { kind: 'done', id, method: 'sleep', result: null }),
    ];
    expect(
      renderTimeline([...sleep(1, 0, 0), ...sleep(2, 0, 10_000)])
        .split('\n')
        .slice(1),
    ).toEqual([' 0  sleep(0)', ' 0  sleep(10000) → done after 10000 ms']);
  });

  it('shows what is pending, what failed, and who ended the call', async () => {
    const { channel, network } = await answeredCall();
    await errorOf(channel.sleep(-1));
    await channel.filePlayer.start('tone.wav');
    await network.elapse(500);
    await channel.filePlayer.stop();
    await channel.fileRecorder.start('message.wav', { maxSilence: 2000, format: 'PCMU' });
    await network.elapse(2500);
    void channel.dtmfDetector.getDigits({ end: '#', predigitsTimeout: 60_000 });
    expect(String(channel.journal)).toMatchInlineSnapshot(`
      "  ms  application                                                   caller
         0                                                                calls sip:offhook@192.0.2.1 from sip:caller@192.0.2.2
         0  answer() → ANSWERED
         0  sleep(-1) → INVALID_ARGUMENT: ms must be a number of milliseconds of at least 0, not -1
         0  filePlayer.start('tone.wav') → [Playback]
       500  filePlayer.stop() → true
       500  tone.wav played: ABORTED after 500 ms
       500  fileRecorder.start('message.wav', { maxSilence: 2000, format: 'PCMU' }) → [Recording]
      2500  message.wav recorded: SILENCE after 2000 ms
      3000  dtmfDetector.getDigits({ end: '#', predigitsTimeout: 60000 }) … still pending"
    `);
    await channel.hangUp();
    expect(String(channel.journal).split('\n').slice(-2).join('\n')).toMatchInlineSnapshot(`
      "3000  dtmfDetector.getDigits({ end: '#', predigitsTimeout: 60000 }) → Hangup
      3000  hangUp() → IDLE"
    `);
  });

  it('shows an outbound call that is busy at first', async () => {
    const network = new FakeNetwork();
    const plans = [
      (leg: (typeof network.signaling.dialed)[number]) => leg.end({ by: 'remote', status: 486, text: 'Busy Here' }),
      (leg: (typeof network.signaling.dialed)[number]) => {
        leg.progress(180);
        leg.accept();
      },
    ];
    network.signaling.onDial = (leg) => plans.shift()?.(leg);
    const channel = network.host.channel();
    await channel.call('sip:bob@example.com');
    await channel.call('sip:bob@example.com', { timeout: 20_000 });
    network.signaling.dialed[1]?.end({ by: 'network', status: 408, text: 'no answer to a request' });
    expect(String(channel.journal)).toMatchInlineSnapshot(`
      "ms  application                                                 caller
       0  call('sip:bob@example.com') → IDLE
       0                                                              refuses: BUSY, 486, Busy Here
       0  call('sip:bob@example.com', { timeout: 20000 }) → ANSWERED
       0                                                              rings (180)
       0                                                              answers
       0                                                              is lost: TIMEOUT, 408, no answer to a request"
    `);
  });

  it('shows keys of one go in one line with their pauses, and by what means they came', () => {
    const entries = [
      digit(0, '1'),
      digit(900, '2'),
      digit(1900, '3'),
      digit(2500, '4'),
      digit(3501, '4'),
      digit(3600, '5', 'INBAND'),
      at(3700, { kind: 'note', text: 'between' }),
      digit(3800, '6', 'INBAND'),
    ];
    expect(renderTimeline(entries)).toMatchInlineSnapshot(`
      "  ms  application    caller
         0                 presses 1,2,34
      3501                 presses 4
      3600                 presses 5 (INBAND)
      3700  note: between
      3800                 presses 6 (INBAND)"
    `);
  });

  it('shows the session, requests and what a fake caller does', () => {
    const entries = [
      at(0, {
        kind: 'call',
        direction: 'outbound',
        from: 'sip:a',
        to: 'sip:b',
        requestUri: 'sip:b',
        callId: '1',
        wall: '',
      }),
      at(5, { kind: 'progress', status: 183 }),
      at(9.6, { kind: 'state', state: 'ANSWERED', cause: 'NORMAL' }),
      at(10, { kind: 'state', state: 'TRANSFERRING', cause: 'NORMAL' }),
      at(20, { kind: 'state', state: 'ANSWERED', cause: 'NORMAL' }),
      at(30, { kind: 'offer', direction: 'recvonly' }),
      at(40, { kind: 'offer', direction: 'sendrecv' }),
      at(50, { kind: 'request', method: 'INFO', contentType: 'text/plain', body: `a\r\nb ${'c'.repeat(60)}` }),
      at(60, { kind: 'caller', action: 'speaks', detail: '1200 ms' }),
      at(70, { kind: 'begin', id: 1, method: 'mediaStatistics', arguments: [] }),
      at(70, { kind: 'done', id: 1, method: 'mediaStatistics', result: { packetsSent: 1 } }),
      at(80, { kind: 'state', state: 'IDLE', cause: 'ERROR' }),
      at(80, { kind: 'ended', info: { by: 'local', text: 'the call handler failed' } }),
    ];
    expect(renderTimeline(entries)).toMatchInlineSnapshot(`
      "ms  application                                       caller
       5                                                    rings (183)
      10                                                    answers
      10  state TRANSFERRING
      20  state ANSWERED
      30                                                    holds (recvonly)
      40                                                    session sendrecv
      50                                                    sends INFO 'a⏎b ccccccccccccccccccccccccccccccccccc…'
      60                                                    speaks 1200 ms
      70  mediaStatistics()
      80  the call is over: ERROR, the call handler failed"
    `);
  });

  it('stands beside the lines, which fit a snapshot as they are', async () => {
    const { channel } = await answeredCall();
    channel.journal.note('ready');
    expect(channel.journal).toMatchInlineSnapshot(`
      [
        {
          "at": 0,
          "cause": "NORMAL",
          "kind": "state",
          "state": "CALL_INCOMING",
        },
        {
          "at": 0,
          "callId": "fake-1",
          "direction": "inbound",
          "from": "sip:caller@192.0.2.2",
          "kind": "call",
          "requestUri": "sip:offhook@192.0.2.1",
          "to": "sip:offhook@192.0.2.1",
          "wall": "2026-01-01T00:00:00.000Z",
        },
        {
          "arguments": [],
          "at": 0,
          "id": 1,
          "kind": "begin",
          "method": "answer",
        },
        {
          "at": 0,
          "cause": "NORMAL",
          "kind": "state",
          "state": "ANSWERING",
        },
        {
          "at": 0,
          "cause": "NORMAL",
          "kind": "state",
          "state": "ANSWERED",
        },
        {
          "at": 0,
          "id": 1,
          "kind": "done",
          "method": "answer",
          "result": "ANSWERED",
        },
        {
          "at": 0,
          "kind": "note",
          "text": "ready",
        },
      ]
    `);
  });

  it('says that nothing has happened', () => {
    expect(renderTimeline([])).toBe('nothing has happened');
  });

  it('is the same for the text of a journal and its lines', async () => {
    const { channel } = await answeredCall();
    const read = channel.journal
      .toJSONLines()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalEntry);
    expect(read).toEqual(channel.journal.entries);
    expect(JSON.parse(JSON.stringify(channel.journal))).toEqual(channel.journal.entries);
    expect(renderTimeline(read)).toBe(String(channel.journal));
  });
});
