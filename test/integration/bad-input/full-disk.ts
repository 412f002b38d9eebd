/** Run under a limit on the size of files: records until the limit is met, and prints what came of it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserAgent } from '../../../src/index.ts';

const mediaDirectory = await mkdtemp(join(tmpdir(), 'offhook-full-'));
const options = { address: '127.0.0.1', port: 0, mediaDirectory };
const callee = await UserAgent.start(options);
const caller = await UserAgent.start(options);
const result = Promise.withResolvers<Record<string, unknown>>();
callee.onCall(async (channel) => {
  await channel.answer();
  const cause = await channel.fileRecorder.record('big.wav');
  const { error } = channel.fileRecorder;
  const file = await readFile(join(mediaDirectory, 'big.wav'));
  result.resolve({
    cause,
    code: error?.code,
    message: error?.message,
    state: channel.state,
    fileBytes: file.length,
    dataBytes: file.readUInt32LE(40),
    playedBack: await channel.filePlayer.play('big.wav', { timeout: 100 }),
    next: await channel.fileRecorder.record('small.wav', { timeout: 100 }),
  });
});
await caller.channel().call(callee.uri);
process.stdout.write(JSON.stringify(await result.promise));
await caller.stop();
await callee.stop();
await rm(mediaDirectory, { recursive: true });
