import { describe, expect, it } from 'vitest';
import { ReliabilityLayer, type ReliabilityOptions } from '../../../../src/sip/reliability/reliability-layer.ts';
import { requestKey, responseKey } from '../../../../src/sip/reliability/transaction-key.codec.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';
import { RecordedFlow } from '../../../support/recorded-flow.ts';
import { type RequestText, requestOf, requestText, responseOf, responseText } from '../../../support/sip-text.ts';

function setUp(transport: 'UDP' | 'TCP' = 'UDP', options: Partial<ReliabilityOptions> = {}) {
  const clock = new VirtualClock();
  const flow = new RecordedFlow(clock, transport);
  const timeouts: { at: number; key: string; method: string }[] = [];
  const layer = new ReliabilityLayer({
    clock,
    onTimeout: (key, method) => timeouts.push({ at: clock.now(), key, method }),
    ...options,
  });
  const keyOf = (method: string, wanted: RequestText = {}): string =>
    requestKey(requestOf(requestText(method, wanted)));
  return {
    clock,
    flow,
    layer,
    timeouts,
    keyOf,
    send: (method: string, wanted: RequestText = {}) =>
      layer.sendRequest(keyOf(method, wanted), method, Buffer.from(requestText(method, wanted)), flow),
    receive: (method: string, wanted: RequestText = {}) => {
      const request = requestOf(requestText(method, wanted));
      return layer.receiveRequest(request, requestKey(request), flow);
    },
    respond: (status: number, method: string, wanted: RequestText = {}) =>
      layer.sendResponse(keyOf(method, wanted), status, Buffer.from(responseText(status, method, wanted)), flow),
    receiveResponse: (status: number, method: string, wanted: RequestText = {}) => {
      const response = responseOf(responseText(status, method, wanted));
      return layer.receiveResponse(response, responseKey(response));
    },
  };
}

describe('the reliability layer as client', () => {
  it('sends an INVITE at 0, 500, 1500, 3500 … ms and reports the timeout at 32 s', async () => {
    const { clock, flow, layer, timeouts, keyOf, send } = setUp();
    await send('INVITE');
    clock.advance(60_000);
    expect(flow.times).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(timeouts).toEqual([{ at: 32_000, key: keyOf('INVITE'), method: 'INVITE' }]);
    expect(layer.stats()).toEqual({ clients: 0, servers: 0, resent: 6, absorbed: 0, timeouts: 1 });
    expect(clock.pending).toBe(0);
  });

  it('takes other timings', async () => {
    const { clock, flow, send, timeouts } = setUp('UDP', { timings: { t1: 10, t2: 40 } });
    await send('BYE');
    clock.advance(1000);
    expect(flow.times.slice(0, 5)).toEqual([0, 10, 30, 70, 110]);
    expect(timeouts[0]?.at).toBe(640);
  });

  it('stops repeating an INVITE at the first response, and hands every provisional one up', async () => {
    const { clock, flow, receiveResponse, send } = setUp();
    await send('INVITE');
    clock.advance(600);
    expect(receiveResponse(100, 'INVITE')).toBe(true);
    expect(receiveResponse(180, 'INVITE')).toBe(true);
    clock.advance(600_000);
    expect(flow.times).toEqual([0, 500]);
  });

  it('sends nothing again on TCP but reports the timeout', async () => {
    const { clock, flow, send, timeouts } = setUp('TCP');
    await send('BYE');
    clock.advance(60_000);
    expect(flow.times).toEqual([0]);
    expect(timeouts).toHaveLength(1);
  });

  it('answers each repeated refusal with the ACK that was sent for the first, and swallows it', async () => {
    const { clock, flow, receiveResponse, send } = setUp();
    await send('INVITE');
    expect(receiveResponse(486, 'INVITE')).toBe(true);
    await send('ACK');
    clock.advance(500);
    expect(receiveResponse(486, 'INVITE')).toBe(false);
    clock.advance(1000);
    expect(receiveResponse(486, 'INVITE')).toBe(false);
    expect(flow.heads).toEqual(['INVITE', 'ACK', 'ACK', 'ACK']);
    expect(flow.times).toEqual([0, 0, 500, 1500]);
    clock.advance(32_000);
    expect(receiveResponse(486, 'INVITE')).toBe(false);
    expect(flow.heads).toHaveLength(4);
    expect(clock.pending).toBe(0);
  });

  it('repeats the ACK that belongs to the branch, also after the INVITE was sent again with credentials', async () => {
    const { clock, flow, receiveResponse, send } = setUp();
    await send('INVITE', { branch: 'z9hG4bKone', cseq: 1 });
    receiveResponse(401, 'INVITE', { branch: 'z9hG4bKone', cseq: 1 });
    await send('ACK', { branch: 'z9hG4bKone', cseq: 1 });
    await send('INVITE', { branch: 'z9hG4bKtwo', cseq: 2 });
    clock.advance(100);
    receiveResponse(401, 'INVITE', { branch: 'z9hG4bKone', cseq: 1 });
    expect(flow.sent.at(-1)?.text).toContain('branch=z9hG4bKone');
    expect(flow.sent.at(-1)?.text).toContain('CSeq: 1 ACK');
  });

  it('hands every 2xx to INVITE up, so that the dialog can repeat the ACK, and sends that ACK once', async () => {
    const { clock, flow, receiveResponse, send } = setUp();
    await send('INVITE');
    expect(receiveResponse(200, 'INVITE')).toBe(true);
    await send('ACK', { branch: 'z9hG4bKack' });
    clock.advance(500);
    expect(receiveResponse(200, 'INVITE')).toBe(true);
    expect(receiveResponse(200, 'INVITE', { toTag: 'fork' })).toBe(true);
    clock.advance(40_000);
    expect(flow.heads).toEqual(['INVITE', 'ACK']);
    expect(receiveResponse(200, 'INVITE')).toBe(false);
  });

  it('drops responses to nothing that it sent, and repeated finals', async () => {
    const { layer, receiveResponse, send } = setUp();
    expect(receiveResponse(200, 'BYE')).toBe(false);
    await send('BYE');
    expect(receiveResponse(200, 'BYE', { via: 'SIP/2.0/UDP 192.0.2.66;branch=z9hG4bKa1' })).toBe(false);
    expect(receiveResponse(200, 'BYE')).toBe(true);
    expect(receiveResponse(200, 'BYE')).toBe(false);
    expect(layer.stats().absorbed).toBe(3);
  });

  it('gives a cancelled INVITE up 64·T1 after the CANCEL when no 487 comes', async () => {
    const { clock, keyOf, receiveResponse, send, timeouts } = setUp();
    await send('INVITE');
    receiveResponse(180, 'INVITE');
    clock.advance(100_000);
    await send('CANCEL');
    receiveResponse(200, 'CANCEL');
    clock.advance(60_000);
    expect(timeouts).toEqual([{ at: 132_000, key: keyOf('INVITE'), method: 'INVITE' }]);
    expect(clock.pending).toBe(0);
  });

  it('forgets a request that cannot be sent, and rejects', async () => {
    const { clock, flow, layer, send } = setUp();
    flow.failure = new Error('no route');
    await expect(send('INVITE')).rejects.toThrow('no route');
    expect(layer.stats().clients).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('goes on repeating when one copy cannot be sent', async () => {
    const { clock, flow, send } = setUp();
    await send('BYE');
    flow.failure = new Error('no buffer space');
    clock.advance(500);
    flow.failure = undefined;
    clock.advance(1000);
    expect(flow.times).toEqual([0, 1500]);
  });

  it('survives a user that throws when told of a timeout', async () => {
    const { clock, layer, send } = setUp('UDP', {
      onTimeout: () => {
        throw new Error('user');
      },
    });
    await send('BYE');
    expect(() => clock.advance(60_000)).not.toThrow();
    expect(layer.stats().timeouts).toBe(1);
  });
});

describe('the reliability layer as server', () => {
  it('hands a request up once, and repeats the last response to its repetitions', async () => {
    const { clock, flow, receive, respond } = setUp();
    expect(receive('BYE')).toBe('new');
    expect(receive('BYE')).toBe('swallowed');
    expect(flow.sent).toEqual([]);
    await respond(200, 'BYE');
    clock.advance(31_999);
    expect(receive('BYE')).toBe('swallowed');
    expect(flow.heads).toEqual(['SIP/2.0 200', 'SIP/2.0 200']);
    clock.advance(1);
    expect(receive('BYE')).toBe('new');
  });

  it('sends the 100 at once, and again for each INVITE until there is something better', async () => {
    const { flow, keyOf, layer, receive, respond } = setUp();
    receive('INVITE');
    layer.sendTrying(keyOf('INVITE'), () => Buffer.from(responseText(100, 'INVITE')));
    receive('INVITE');
    await respond(180, 'INVITE');
    receive('INVITE');
    layer.sendTrying(keyOf('INVITE'), () => Buffer.from(responseText(100, 'INVITE')));
    expect(flow.heads).toEqual(['SIP/2.0 100', 'SIP/2.0 100', 'SIP/2.0 180', 'SIP/2.0 180']);
  });

  it('repeats a refusal at 0, 500, 1500, 3500, 7500, 11500 … ms until the ACK comes, and hands up one ACK', async () => {
    const { clock, flow, receive, respond } = setUp();
    receive('INVITE');
    await respond(486, 'INVITE');
    clock.advance(12_000);
    expect(flow.times).toEqual([0, 500, 1500, 3500, 7500, 11_500]);
    expect(receive('ACK')).toBe('ack');
    expect(receive('ACK')).toBe('swallowed');
    clock.advance(60_000);
    expect(flow.times).toHaveLength(6);
    expect(clock.pending).toBe(0);
  });

  it('leaves a 2xx to INVITE to the dialog, and absorbs the INVITE', async () => {
    const { clock, flow, receive, respond } = setUp();
    receive('INVITE');
    await respond(200, 'INVITE');
    clock.advance(500);
    expect(receive('INVITE')).toBe('swallowed');
    expect(flow.times).toEqual([0]);
    await respond(200, 'INVITE');
    expect(flow.times).toEqual([0, 500]);
    expect(receive('ACK', { branch: 'z9hG4bKack' })).toBe('ack');
  });

  it('tells whether a CANCEL has something to cancel', () => {
    const { keyOf, layer, receive } = setUp();
    expect(layer.hasServerTransaction(keyOf('INVITE'))).toBe(false);
    receive('INVITE');
    expect(layer.hasServerTransaction(keyOf('INVITE'))).toBe(true);
  });

  it('keeps nothing of an answered request on TCP, and still sends what comes late', async () => {
    const { clock, flow, layer, receive, respond } = setUp('TCP');
    receive('BYE');
    await respond(200, 'BYE');
    expect(layer.stats().servers).toBe(0);
    await respond(200, 'BYE');
    expect(flow.times).toEqual([0, 0]);
    expect(clock.pending).toBe(0);
  });

  it('takes no new transaction beyond the limit, but goes on with those that it has', async () => {
    const { receive, respond } = setUp('UDP', { maxTransactions: 1 });
    expect(receive('INVITE', { branch: 'z9hG4bK1' })).toBe('new');
    expect(receive('INVITE', { branch: 'z9hG4bK2' })).toBe('overloaded');
    expect(receive('INVITE', { branch: 'z9hG4bK1' })).toBe('swallowed');
    await respond(486, 'INVITE', { branch: 'z9hG4bK1' });
    expect(receive('ACK', { branch: 'z9hG4bK1' })).toBe('ack');
  });
});

describe('the reliability layer when somebody waits for it to settle', () => {
  const settledOf = (layer: ReliabilityLayer) => {
    let settled = false;
    void layer.whenSettled().then(() => {
      settled = true;
    });
    return async (): Promise<boolean> => {
      await Promise.resolve();
      await Promise.resolve();
      return settled;
    };
  };

  it('has settled when everything left only absorbs', async () => {
    const { layer, receive, receiveResponse, respond, send } = setUp();
    receive('OPTIONS');
    await respond(200, 'OPTIONS');
    await send('BYE', { branch: 'z9hG4bKbye' });
    receiveResponse(200, 'BYE', { branch: 'z9hG4bKbye' });
    receive('INVITE', { branch: 'z9hG4bKin' });
    expect(layer.stats()).toMatchObject({ clients: 1, servers: 2 });
    expect(await settledOf(layer)()).toBe(true);
  });

  it('waits for requests without a final response, also for one that is sent meanwhile', async () => {
    const { layer, receiveResponse, send } = setUp();
    await send('BYE', { branch: 'z9hG4bK1' });
    const settled = settledOf(layer);
    await send('BYE', { branch: 'z9hG4bK2' });
    receiveResponse(200, 'BYE', { branch: 'z9hG4bK1' });
    expect(await settled()).toBe(false);
    receiveResponse(200, 'BYE', { branch: 'z9hG4bK2' });
    expect(await settled()).toBe(true);
  });

  it('waits for the ACK of a refusal, or the end of its repetition', async () => {
    const { clock, layer, receive, respond } = setUp();
    receive('INVITE');
    await respond(486, 'INVITE');
    const settled = settledOf(layer);
    clock.advance(31_999);
    expect(await settled()).toBe(false);
    clock.advance(1);
    expect(await settled()).toBe(true);
  });

  it('does not wait for what could not be sent, nor after it is closed', async () => {
    const { flow, layer, send } = setUp();
    await send('BYE', { branch: 'z9hG4bK1' });
    const settled = settledOf(layer);
    flow.failure = new Error('no route');
    await expect(send('BYE', { branch: 'z9hG4bK2' })).rejects.toThrow('no route');
    expect(await settled()).toBe(false);
    layer.close();
    expect(await settled()).toBe(true);
  });
});

describe('the reliability layer when closed', () => {
  it('leaves no timer, sends nothing more by itself, and takes nothing more', async () => {
    const { clock, flow, layer, receive, respond, send } = setUp();
    await send('INVITE');
    receive('INVITE', { branch: 'z9hG4bKb' });
    await respond(486, 'INVITE', { branch: 'z9hG4bKb' });
    layer.close();
    expect(clock.pending).toBe(0);
    expect(layer.stats()).toMatchObject({ clients: 0, servers: 0 });
    expect(receive('BYE')).toBe('swallowed');
    await send('BYE');
    expect(flow.heads.at(-1)).toBe('BYE');
    expect(clock.pending).toBe(0);
  });
});
