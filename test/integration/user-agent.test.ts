import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isChannelError, isHangup, State, UserAgent } from '../../src/index.ts';

const LOOPBACK = { address: '127.0.0.1', port: 0 } as const;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (isChannelError(error) ? error.code : String(error)),
  );
}

describe('a user agent', () => {
  it('finds a free port, says where it listens, and two of them do not meet', async () => {
    await using one = await UserAgent.start(LOOPBACK);
    await using two = await UserAgent.start({ ...LOOPBACK, user: 'two' });
    expect(one.port).toBeGreaterThan(0);
    expect(two.port).not.toBe(one.port);
    expect(one.address).toBe('127.0.0.1');
    expect(two.uri).toBe(`sip:two@127.0.0.1:${two.port}`);
    two.onCall((channel) => channel.answer().then(() => channel.waitForIdle()));
    const channel = one.channel();
    expect(await channel.call(two.uri)).toBe(State.ANSWERED);
    expect([one.channels.length, two.channels.length]).toEqual([1, 1]);
    expect(one.channels[0]).toBe(channel);
    await channel.hangUp();
    expect(one.channels).toEqual([]);
  });

  it('says when its port is taken, and leaves nothing open', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    expect(await codeOf(UserAgent.start({ ...LOOPBACK, port }))).toBe('PORT_IN_USE');
    socket.close();
    await once(socket, 'close');
    await using again = await UserAgent.start({ ...LOOPBACK, port });
    expect(again.port).toBe(port);
  });

  it('says when it cannot have its address or its media directory', async () => {
    expect(await codeOf(UserAgent.start({ address: '192.0.2.1', port: 0 }))).toBe('ADDRESS_UNAVAILABLE');
    expect(await codeOf(UserAgent.start({ ...LOOPBACK, mediaDirectory: '/no/such/directory' }))).toBe(
      'INVALID_ARGUMENT',
    );
  });

  it('refuses calls without a handler, which the caller sees as NOANSWER', async () => {
    await using callee = await UserAgent.start(LOOPBACK);
    await using caller = await UserAgent.start(LOOPBACK);
    const channel = caller.channel();
    expect(await channel.call(callee.uri)).toBe(State.IDLE);
    expect([channel.cause, channel.info.rawCause]).toEqual(['NOANSWER', '480']);
  });

  it('refuses a call with 503 when its audio ports are used up, and the first call goes on', async () => {
    await using callee = await UserAgent.start({ ...LOOPBACK, rtpPorts: { min: 41_000, max: 41_001 } });
    await using caller = await UserAgent.start(LOOPBACK);
    const failures: string[] = [];
    callee.onCall(async (channel) => {
      failures.push(await codeOf(channel.answer()));
      await channel.waitForIdle();
    });
    const first = caller.channel();
    const second = caller.channel();
    expect(await first.call(callee.uri)).toBe(State.ANSWERED);
    expect(await second.call(callee.uri)).toBe(State.IDLE);
    expect([second.info.rawCause, first.state, ...failures]).toEqual(['503', 'ANSWERED', 'none', 'PORTS_EXHAUSTED']);
    await first.hangUp();
  });

  it('stops gracefully: calls may end within the grace, others are hung up, and the far end knows', async () => {
    const callee = await UserAgent.start(LOOPBACK);
    await using caller = await UserAgent.start(LOOPBACK);
    const ended: unknown[] = [];
    callee.onCall(async (channel) => {
      await channel.answer();
      await channel.sleep(60_000).catch((error: unknown) => ended.push(isHangup(error) && error.info.by));
    });
    const channel = caller.channel();
    await channel.call(callee.uri);
    const stopping = callee.stop({ grace: 100 });
    expect(await codeOf(stopping)).toBe('none');
    await callee.stop();
    await channel.waitForIdle();
    expect([channel.info.hangup?.by, ended]).toEqual(['remote', ['local']]);
    expect(() => callee.channel()).toThrow(/stopped/);
    await expect(callee.stop({ grace: -1 })).rejects.toThrow(/grace/);
  });

  it('releases a call whose handler fails with 500, and the next call is taken', async () => {
    const logged: string[] = [];
    const note = (message: string): void => void logged.push(message);
    const logger = { debug: String, info: String, warn: note, error: note };
    await using callee = await UserAgent.start({ ...LOOPBACK, logger });
    await using caller = await UserAgent.start(LOOPBACK);
    callee.onCall(() => {
      throw new Error('a bug');
    });
    const channel = caller.channel();
    await channel.call(callee.uri);
    expect([channel.info.rawCause, logged.length]).toEqual(['500', 1]);
    callee.onCall((incoming) => incoming.answer());
    expect(await channel.call(callee.uri)).toBe(State.ANSWERED);
    await channel.waitForIdle();
  });

  it('records into its media directory and nowhere else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offhook-agent-'));
    await writeFile(join(folder, 'broken.wav'), 'RIFF but not really');
    try {
      await using callee = await UserAgent.start({ ...LOOPBACK, mediaDirectory: folder });
      await using caller = await UserAgent.start(LOOPBACK);
      const codes: string[] = [];
      callee.onCall(async (channel) => {
        await channel.answer();
        codes.push(await codeOf(channel.filePlayer.play('broken.wav')));
        codes.push(await codeOf(channel.fileRecorder.record('broken.wav/is/no/folder.wav', { timeout: 50 })));
        codes.push(await channel.fileRecorder.record('new/folder/good.wav', { timeout: 50 }));
      });
      const channel = caller.channel();
      await channel.call(callee.uri);
      await channel.waitForIdle();
      expect(codes).toEqual(['FILE_INVALID', 'FILE_UNWRITABLE', 'TIMEOUT']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the entry points', () => {
  const loaded = async (entry: string): Promise<string[]> => {
    const script = `const { registerHooks } = require('node:module');
      const seen = [];
      registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } });
      import(${JSON.stringify(new URL(entry, import.meta.url).href)}).then(() => console.log(JSON.stringify(seen)));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
    return JSON.parse(stdout) as string[];
  };

  it('offhook loads no package but that for events, and nothing that starts programs or opens sockets', async () => {
    const urls = await loaded('../../src/index.ts');
    expect(urls.some((url) => url.endsWith('/src/index.ts'))).toBe(true);
    const late = /node_modules\/(?!eventemitter3\/)|ffmpeg|^node:(child_process|dgram|dns|worker_threads)/;
    expect(urls.filter((url) => late.test(url))).toEqual([]);
  });
});
