import { describe, expect, it } from 'vitest';
import { SIPHeaderField, SIPInfo, SIPMessage } from '../../../../src/index.ts';
import { answeredCall, call, errorOf } from '../scene.ts';

const INVALID = { code: 'INVALID_ARGUMENT' };

describe('headerFieldsToSend', () => {
  it('go with the 200, before those of the option, which wins where both have a name', async () => {
    const { channel, leg } = call();
    channel.sip.headerFieldsToSend.push(new SIPHeaderField('X-One', ['1', '2']), new SIPHeaderField('X-Two', '3'));
    await channel.answer({ headers: { 'x-two': '4', 'X-Three': '5' } });
    expect(leg.answerHeaders).toEqual([
      { name: 'X-One', value: '1' },
      { name: 'X-One', value: '2' },
      { name: 'x-two', value: '4' },
      { name: 'X-Three', value: '5' },
    ]);
  });

  it('go with every INVITE until they are taken out', async () => {
    const { network } = call();
    const channel = network.host.channel();
    network.signaling.onDial = (leg) => leg.end({ by: 'remote', status: 486 });
    channel.sip.headerFieldsToSend.push(new SIPHeaderField('X-Try', '1'));
    await channel.call('sip:a@192.0.2.9');
    await channel.startCall('sip:b@192.0.2.9');
    await channel.waitForIdle();
    channel.sip.headerFieldsToSend.length = 0;
    await channel.call('sip:c@192.0.2.9');
    expect(network.signaling.dialed.map((leg) => leg.invite.header('X-Try'))).toEqual([['1'], ['1'], []]);
  });

  it.each([
    ['a field that the user agent writes', new SIPHeaderField('Contact', '<sip:me@here>')],
    ['something else', { name: 'X-A', values: ['1'] } as unknown as SIPHeaderField],
    ['nothing', undefined as unknown as SIPHeaderField],
  ])('with %s: INVALID_ARGUMENT, and nothing has happened', async (_what, field) => {
    const { channel, leg } = call();
    channel.sip.headerFieldsToSend.push(field);
    expect(await errorOf(channel.answer())).toMatchObject(INVALID);
    expect([channel.state, leg.sent]).toEqual(['CALL_INCOMING', []]);
  });
});

describe('requestHeaderField()', () => {
  it('has all values of a header field of the INVITE', async () => {
    const { channel } = await answeredCall({
      headers: [
        { name: 'X-One', value: '1' },
        { name: 'x-one', value: 'with\0NUL' },
      ],
    });
    expect(channel.sip.requestHeaderField('X-ONE')?.values).toEqual(['1', 'with NUL']);
    expect(channel.sip.requestHeaderField('X-Two')).toBeUndefined();
    expect(() => channel.sip.requestHeaderField('X Two')).toThrowError(expect.objectContaining(INVALID) as Error);
  });

  it('needs a call: INVALID_STATE', async () => {
    const { channel } = call();
    expect(channel.sip.requestHeaderField('X-One')).toBeUndefined();
    await channel.reject();
    expect(() => channel.sip.requestHeaderField('X-One')).toThrowError(
      expect.objectContaining({ code: 'INVALID_STATE' }) as Error,
    );
  });
});

describe('what the far end sends', () => {
  it('is kept to 100 of each kind; the oldest go first', async () => {
    const { channel, leg } = await answeredCall();
    for (let i = 1; i <= 130; i++) leg.request({ method: 'INFO', contentType: 'text/plain', body: String(i) });
    leg.request({ method: 'MESSAGE', contentType: 'text/plain', body: 'kept' });
    const infos = channel.sip.getInfos();
    expect([infos.length, infos[0]?.body, infos.at(-1)?.body]).toEqual([100, '31', '130']);
    expect(channel.sip.getMessages().map(({ body }) => body)).toEqual(['kept']);
  });

  it('is kept to 256 K characters, and the last one however long it is', async () => {
    const { channel, leg } = await answeredCall();
    const request = (size: number): void =>
      leg.request({ method: 'MESSAGE', contentType: 'text/plain', body: 'x'.repeat(size) });
    for (let i = 0; i < 6; i++) request(60_000);
    expect(channel.sip.getMessages()).toHaveLength(4);
    request(10);
    request(300_000);
    expect(channel.sip.getMessages().map(({ body }) => body.length)).toEqual([300_000]);
    request(10);
    expect(channel.sip.getMessages()).toHaveLength(1);
  });

  it('is given as it came, also what this side would never send', async () => {
    const { channel, leg } = await answeredCall();
    const headers = [{ name: 'CSeq', value: '7 INFO' }];
    leg.request({ method: 'INFO', contentType: undefined, body: '5', headers });
    leg.request({ method: 'INFO', contentType: 'text/plain;odd', body: 'x' });
    const [first, second] = channel.sip.getInfos();
    expect(first).toBeInstanceOf(SIPInfo);
    expect(first).toMatchObject({ method: 'INFO', body: '5', contentType: undefined });
    expect(first?.header('cseq')).toEqual(['7 INFO']);
    expect(second?.contentType).toBe('text/plain;odd');
  });

  it('comes as events too, and may come before the answer', async () => {
    const { channel, leg } = call();
    const heard: unknown[] = [];
    channel.on('info', (info) => heard.push(info));
    channel.on('message', (message) => heard.push(message));
    leg.request({ method: 'INFO', contentType: 'text/plain', body: 'one' });
    leg.request({ method: 'MESSAGE', contentType: 'text/plain', body: 'two' });
    expect(heard).toEqual([...channel.sip.getInfos(), ...channel.sip.getMessages()]);
    expect(heard).toEqual([
      expect.objectContaining({ body: 'one' }) as SIPInfo,
      expect.objectContaining({ body: 'two' }) as SIPMessage,
    ]);
  });

  it('is in the journal, a key as a digit', async () => {
    const { channel, leg } = await answeredCall();
    leg.request({ method: 'INFO', contentType: 'text/plain', body: 'one' });
    leg.request({ method: 'INFO', contentType: 'application/dtmf-relay', body: 'Signal=7' });
    leg.request({ method: 'INFO', contentType: 'application/dtmf-relay', body: 'Signal=16' });
    const facts = channel.journal.entries.filter(({ kind }) => kind === 'request' || kind === 'digit');
    expect(facts).toMatchObject([
      { kind: 'request', method: 'INFO', contentType: 'text/plain', body: 'one' },
      { kind: 'digit', digit: '7', by: 'INFO' },
      { kind: 'request', body: 'Signal=16' },
    ]);
    expect(channel.sip.getInfos().map(({ body }) => body)).toEqual(['one']);
  });

  it('counts for nothing once the call is being ended', async () => {
    const { channel, leg } = await answeredCall();
    leg.request({ method: 'INFO', contentType: 'text/plain', body: 'one' });
    leg.confirms = false;
    void channel.hangUp();
    leg.request({ method: 'INFO', contentType: 'text/plain', body: 'two' });
    expect(channel.sip.getInfos().map(({ body }) => body)).toEqual(['one']);
  });

  it('belongs to its call: the next one begins with nothing', async () => {
    const { network } = call();
    const channel = network.host.channel();
    network.signaling.onDial = (leg) => leg.accept();
    await channel.call('sip:a@192.0.2.9');
    network.signaling.dialed[0]?.request({ method: 'MESSAGE', contentType: 'text/plain', body: 'one' });
    await channel.hangUp();
    expect(channel.sip.getMessages()).toHaveLength(1);
    network.signaling.dialed[0]?.request({ method: 'MESSAGE', contentType: 'text/plain', body: 'late' });
    await channel.call('sip:a@192.0.2.9');
    expect(channel.sip.getMessages()).toEqual([]);
  });
});

describe('a key that comes by INFO', () => {
  const key = (digit: string) =>
    ({ method: 'INFO', contentType: 'application/dtmf-relay', body: `Signal=${digit}` }) as const;

  it('is a digit before there is media as well', async () => {
    const { channel, leg } = call();
    leg.request(key('1'));
    await channel.answer();
    leg.request(key('2'));
    expect(await channel.dtmfDetector.getDigits()).toBe('12');
    expect(channel.sip.getInfos()).toEqual([]);
  });

  it('is one before the answer of an outbound call', async () => {
    const { network } = call();
    const channel = network.host.channel();
    await channel.startCall('sip:a@192.0.2.9');
    const leg = network.signaling.dialed[0];
    leg?.progress(180);
    leg?.request(key('1'));
    leg?.accept();
    await channel.waitForOutgoingCall();
    expect(await channel.dtmfDetector.getDigits()).toBe('1');
  });

  it('that cannot be read is left to the program', async () => {
    const { channel, leg } = await answeredCall();
    leg.request(key('nothing'));
    expect(channel.sip.getInfos()).toHaveLength(1);
    expect(await channel.dtmfDetector.getDigits()).toBe('');
  });
});

describe('send()', () => {
  it('gives the leg what it is given, and takes its status', async () => {
    const { channel, leg } = await answeredCall();
    leg.requestStatus = 415;
    expect(await channel.sip.send(new SIPMessage('hi', 'text/html', { 'X-A': '1' }))).toBe(415);
    expect(leg.requests).toEqual([
      { method: 'MESSAGE', contentType: 'text/html', body: 'hi', headers: [{ name: 'X-A', value: '1' }] },
    ]);
    expect(channel.sip.state).toBe('ERROR');
    leg.requestStatus = 202;
    expect(await channel.sip.send(new SIPInfo('hi'))).toBe(202);
    expect(channel.sip.state).toBe('IDLE');
  });

  it('does one at a time: BUSY', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.requestStatus = undefined;
    const first = errorOf(channel.sip.send(new SIPInfo('one'), { timeout: 1000 }));
    expect(channel.sip.state).toBe('BUSY');
    expect(await errorOf(channel.sip.send(new SIPInfo('two')))).toMatchObject({ code: 'BUSY' });
    expect(channel.sip.state).toBe('BUSY');
    await network.elapse(1000);
    expect(await first).toMatchObject({ code: 'TIMEOUT' });
    expect(channel.sip.state).toBe('ERROR');
    leg.requestStatus = 200;
    expect(await channel.sip.send(new SIPInfo('two'))).toBe(200);
  });

  it('of what nobody answers resolves with 408 after 32 s', async () => {
    const { channel, leg, network } = await answeredCall();
    leg.requestStatus = undefined;
    const sending = channel.sip.send(new SIPInfo('one'));
    await network.elapse(31_999);
    expect(channel.sip.state).toBe('BUSY');
    await network.elapse(1);
    expect(await sending).toBe(408);
    expect([channel.sip.state, channel.state]).toEqual(['ERROR', 'ANSWERED']);
  });

  it('that is aborted has gone wrong for nobody', async () => {
    const { channel, leg } = await answeredCall();
    leg.requestStatus = undefined;
    const abort = new AbortController();
    const sending = errorOf(channel.sip.send(new SIPInfo('one'), { signal: abort.signal }));
    abort.abort('enough');
    expect(await sending).toBe('enough');
    expect(channel.sip.state).toBe('IDLE');
  });

  it('ends with the call', async () => {
    const { channel, leg } = await answeredCall();
    leg.requestStatus = undefined;
    const sending = channel.sip.send(new SIPInfo('one')).catch((error: unknown) => [error, channel.state]);
    leg.end({ by: 'remote', text: 'gone' });
    expect(await sending).toEqual([
      expect.objectContaining({ name: 'Hangup', info: { by: 'remote', text: 'gone' } }),
      'IDLE',
    ]);
  });

  it.each([
    ['a text', 'hello'],
    ['nothing', undefined],
    ['something alike', { method: 'INFO', body: 'x' }],
  ])('of %s: INVALID_ARGUMENT', async (_what, request) => {
    const { channel, leg } = await answeredCall();
    expect(await errorOf(channel.sip.send(request as unknown as SIPInfo))).toMatchObject(INVALID);
    expect(leg.requests).toEqual([]);
    expect(channel.sip.state).toBe('IDLE');
  });

  it('is in the journal with what was sent', async () => {
    const { channel } = await answeredCall();
    await channel.sip.send(new SIPInfo('hi'));
    expect(channel.journal.entries.slice(-2)).toMatchObject([
      { kind: 'begin', method: 'sip.send', arguments: [{ method: 'INFO', body: 'hi' }] },
      { kind: 'done', method: 'sip.send', result: 200 },
    ]);
  });
});
