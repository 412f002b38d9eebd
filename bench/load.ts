/**
 * Whole calls under load, against SIPp: CPU a call, failed calls, pacing of the audio.
 * `node bench/load.ts signaling|media [--calls N] [--rate N] [--seconds N] [--lost PERCENT] [--block MS] [--user NAME] [--talkers N] [--speak]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Sipp, startSipp } from '../test/support/sipp.ts';
import { capturePacing } from './capture.ts';
import { describePacing } from './pacing.ts';
import { processCpu } from './process-cpu.ts';

export interface ServerHandle {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Of the server, when its audio is looked at. */
const RTP_PORTS = { min: 20_000, max: 28_000 };

/** Starts `bench/serve.ts` in a process of its own. */
export async function startServer(args: readonly string[]): Promise<ServerHandle> {
  const child: ChildProcess = spawn(
    process.execPath,
    [fileURLToPath(new URL('./serve.ts', import.meta.url)), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const [, port, pid] = /^ready (\d+) (\d+)/.exec(line) ?? [];
  return {
    port: Number(port),
    pid: Number(pid),
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: 'string' },
    rate: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    lost: { type: 'string', default: '0' },
    block: { type: 'string', default: '0' },
    user: { type: 'string' },
    talkers: { type: 'string' },
    speak: { type: 'boolean', default: false },
  },
});

async function signaling(): Promise<void> {
  const calls = Number(values.calls ?? 1000);
  const rate = Number(values.rate ?? 200);
  const server = await startServer([]);
  const to = `127.0.0.1:${server.port}`;
  const user = values.user ?? 'play';
  const warm = await startSipp({ scenario: 'uac', to, user, calls: 200, rate: 100, args: ['-d', '0'] });
  await warm.result;
  const before = await processCpu(server.pid);
  const began = performance.now();
  const run = await startSipp({
    scenario: 'uac',
    to,
    user,
    calls,
    rate,
    limit: 300,
    args: ['-d', '0', '-lost', values.lost],
  });
  const result = await run.result;
  const seconds = (performance.now() - began) / 1000;
  const cpu = (await processCpu(server.pid)) - before;
  await server.stop();
  console.log(
    `${calls} calls at ${rate}/s, ${values.lost} % lost: ${result.successful} good, ${result.failed} failed, ` +
      `${(cpu / calls).toFixed(3)} ms CPU a call, ${((cpu / seconds / 1000) * 100).toFixed(1)} % of a core, ${result.retransmissions} retransmissions`,
  );
}

/** SIPp's own scenario for a call that sends audio from a file, and stays up. */
function talker(audio: string, seconds: number): string {
  const headers = (method: string, tag: string): string =>
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nFrom: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[pid]s[call_number]\n` +
    `To: <sip:[service]@[remote_ip]:[remote_port]>${tag}\nCall-ID: [call_id]\nCSeq: 1 ${method}\n` +
    'Contact: <sip:sipp@[local_ip]:[local_port]>\nMax-Forwards: 70\n';
  const uri = 'sip:[service]@[remote_ip]:[remote_port]';
  return `<?xml version="1.0" encoding="ISO-8859-1" ?><!DOCTYPE scenario SYSTEM "sipp.dtd"><scenario name="talker">
<send retrans="500"><![CDATA[
INVITE ${uri} SIP/2.0
${headers('INVITE', '')}Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
<recv response="100" optional="true"/><recv response="180" optional="true"/><recv response="200"/>
<send><![CDATA[
ACK ${uri} SIP/2.0
${headers('ACK', '[peer_tag_param]')}Content-Length: 0

]]></send>
<nop><action><exec rtp_stream="${audio},-1,0"/></action></nop>
<pause milliseconds="${seconds * 1000}"/>
<send retrans="500"><![CDATA[
BYE ${uri} SIP/2.0
${headers('BYE', '[peer_tag_param]').replace('CSeq: 1', 'CSeq: 2')}Content-Length: 0

]]></send>
<recv response="200"/></scenario>`;
}

async function media(): Promise<void> {
  const calls = Number(values.calls ?? 200);
  const seconds = Number(values.seconds);
  const talkers = Math.min(calls, Number(values.talkers ?? calls));
  const folder = await mkdtemp(join(tmpdir(), 'offhook-load-'));
  const speak = values.speak ? ['--speak'] : [];
  const server = await startServer(['--rtp', `${RTP_PORTS.min}-${RTP_PORTS.max}`, '--block', values.block, ...speak]);
  /** Calls that all send the same byte without end. */
  const call = async (name: string, count: number, byte: number): Promise<Sipp> => {
    const audio = join(folder, `${name}.ulaw`);
    await writeFile(audio, Buffer.alloc(80_000, byte));
    const scenario = join(folder, `${name}.xml`);
    await writeFile(scenario, talker(audio, seconds + 10));
    const to = `127.0.0.1:${server.port}`;
    return startSipp({ scenario, to, user: values.user ?? 'rec', calls: count, rate: 50, limit: seconds + 60 });
  };
  const sipps = [await call('talks', talkers, 0x2a)];
  if (talkers < calls) sipps.push(await call('is-silent', calls - talkers, 0xff));
  await new Promise((resolve) => setTimeout(resolve, (calls / 50) * 1000 + 2_000));
  const endOfCapture = await capturePacing(
    Array.from({ length: RTP_PORTS.max - RTP_PORTS.min + 1 }, (_, index) => RTP_PORTS.min + index),
  );
  const before = await processCpu(server.pid);
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const cpu = (await processCpu(server.pid)) - before;
  const wall = performance.now() - began;
  const pacing = await endOfCapture();
  const results = await Promise.all(sipps.map(({ result }) => result));
  await server.stop();
  for (const { code, errors } of results) if (code !== 0) throw new Error(`SIPp failed: ${errors}`);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  await rm(folder, { recursive: true, force: true });
  console.log(
    `${calls} calls of ${values.user ?? 'rec'} for ${seconds} s, main thread blocked ${values.block} ms a second: ${failed} failed, ` +
      `${((cpu / wall / calls) * 100).toFixed(4)} % of a core a call; ${pacing.streams} streams, ${pacing.packets} packets, ${pacing.missing} missing, ` +
      `${pacing.timestampErrors} timestamp errors; ${describePacing(pacing)}`,
  );
}

await (positionals[0] === 'media' ? media() : signaling());
