import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toneWav } from '../../bench/tone-wav.ts';
import { endWithTest } from './end-with-test.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

export interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
}

/** A baresip that talks a tone into its calls and writes down what it hears. */
export interface Baresip extends AsyncDisposable {
  readonly uri: string;
  /** Everything it has told so far. */
  readonly events: readonly BaresipEvent[];
  command(command: string, params?: string): void;
  /** Waits for an event that has come or will come. */
  event(type: string): Promise<BaresipEvent>;
  /** WAV file of the audio that it heard in its last call, once there is one. */
  heard(): Promise<string>;
}

/** It takes two for each call, at random. */
const RTP_PORTS = 40;
const MODULE_FOLDERS = '/usr/lib/baresip/modules';

/** Reads netstrings of JSON as baresip's control port sends them. */
function reader(socket: Socket, onObject: (object: Record<string, unknown>) => void): void {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('utf8');
    for (;;) {
      const colon = text.indexOf(':');
      const length = Number(text.slice(0, colon));
      if (colon < 0 || text.length < colon + length + 2) return;
      onObject(JSON.parse(text.slice(colon + 1, colon + 1 + length)) as Record<string, unknown>);
      text = text.slice(colon + length + 2);
    }
  });
}

export interface BaresipOptions {
  readonly address?: string;
  /** Frequency of the tone it speaks, in hertz. */
  readonly tone: number;
  readonly codecs?: string;
  readonly transport?: 'udp' | 'tcp';
}

export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const address = options.address ?? '127.0.0.1';
  const folder = await mkdtemp(join(tmpdir(), 'offhook-baresip-'));
  const dump = join(folder, 'dump');
  await mkdir(dump);
  const sipPort = await freePort(address);
  const controlPort = await freePort(address);
  const rtp = await freePort(address, RTP_PORTS);
  await writeFile(join(folder, 'tone.wav'), toneWav(options.tone, 30_000));
  await writeFile(join(folder, 'contacts'), '');
  await writeFile(
    join(folder, 'accounts'),
    `<sip:baresip@${address}:${sipPort};transport=${options.transport ?? 'udp'}>;regint=0;answermode=auto;audio_codecs=${options.codecs ?? 'PCMU,PCMA'}\n`,
  );
  await writeFile(
    join(folder, 'config'),
    [
      `sip_listen ${address}:${sipPort}`,
      `module_path ${MODULE_FOLDERS}`,
      ...['g711', 'aufile', 'aubridge', 'sndfile'].map((name) => `module ${name}.so`),
      'module_tmp account.so',
      'module_app menu.so',
      'module_app ctrl_tcp.so',
      `ctrl_tcp_listen ${address}:${controlPort}`,
      'audio_player aubridge,quiet',
      'audio_alert aubridge,quiet',
      `audio_source aufile,${join(folder, 'tone.wav')}`,
      `snd_path ${dump}`,
      `rtp_ports ${rtp}-${rtp + RTP_PORTS - 1}`,
    ].join('\n'),
  );
  const child = spawn('baresip', ['-f', folder], { stdio: 'ignore' });
  endWithTest(child);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const socket = await until('the control port of baresip', async () => {
    if (child.exitCode !== null) throw new Error(`baresip ended with ${child.exitCode}`);
    const attempt = connect(controlPort, address);
    return new Promise<Socket | undefined>((resolve) => {
      attempt.once('connect', () => resolve(attempt));
      attempt.once('error', () => resolve(undefined));
    });
  });
  const events: BaresipEvent[] = [];
  const waiting = new Set<() => void>();
  reader(socket, (object) => {
    if (object['event'] !== true) return;
    events.push(object as unknown as BaresipEvent);
    for (const look of waiting) look();
  });
  return {
    uri: `sip:baresip@${address}:${sipPort}${options.transport === 'tcp' ? ';transport=tcp' : ''}`,
    events,
    command(command, params) {
      const body = JSON.stringify({ command, params: params ?? '', token: 'test' });
      socket.write(`${Buffer.byteLength(body)}:${body},`);
    },
    event(type) {
      return new Promise((resolve) => {
        const look = (): void => {
          const found = events.find((event) => event.type === type);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    heard: () =>
      until('a dump of baresip', async () => {
        const name = (await readdir(dump))
          .sort()
          .reverse()
          .find((file) => file.includes('-dec'));
        return name === undefined ? undefined : join(dump, name);
      }),
    async [Symbol.asyncDispose]() {
      socket.destroy();
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
