import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithTest } from './end-with-test.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

export interface SippOptions {
  /** Name of a built-in scenario, or the path of a scenario file. */
  readonly scenario: string;
  /** Where to call, `address:port`; left out, SIPp waits for calls. */
  readonly to?: string;
  readonly calls?: number;
  /** Calls a second. */
  readonly rate?: number;
  /** User part that is called. */
  readonly user?: string;
  readonly address?: string;
  /** Port SIPp listens on; any free one when left out. */
  readonly port?: number;
  readonly args?: readonly string[];
  /** Limit in seconds. */
  readonly limit?: number;
}

export interface SippResult {
  readonly code: number | null;
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** What SIPp noted as unexpected. */
  readonly errors: string;
}

export interface Sipp {
  readonly address: string;
  readonly port: number;
  readonly result: Promise<SippResult>;
  stop(): void;
}

async function listens(port: number): Promise<boolean> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = await Promise.all(
    ['udp', 'udp6', 'tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
  );
  return tables.some((table) => table.split('\n').some((line) => line.trim().split(/\s+/)[1]?.endsWith(wanted)));
}

async function statistics(folder: string): Promise<Record<string, string>> {
  const csv = await readFile(join(folder, 'statistics.csv'), 'utf8').catch(() => '');
  const lines = csv.trim().split('\n');
  const names = lines[0]?.split(';') ?? [];
  const values = lines.at(-1)?.split(';') ?? [];
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

/** Starts SIPp and, when it waits for calls, waits until it listens. */
export async function startSipp(options: SippOptions): Promise<Sipp> {
  const address = options.address ?? '127.0.0.1';
  const port = options.port ?? (await freePort(address));
  const mediaPort = await freePort(address);
  const folder = await mkdtemp(join(tmpdir(), 'offhook-sipp-'));
  const scenario = options.scenario.endsWith('.xml') ? ['-sf', options.scenario] : ['-sn', options.scenario];
  const args = [
    ...(options.to === undefined ? [] : [options.to]),
    ...scenario,
    ...['-i', address, '-p', String(port), '-mi', address, '-mp', String(mediaPort)],
    ...['-m', String(options.calls ?? 1), '-r', String(options.rate ?? 10)],
    ...(options.user === undefined ? [] : ['-s', options.user]),
    ...['-timeout', `${options.limit ?? 60}s`, '-timeout_error', '-nostdin'],
    ...[
      '-trace_stat',
      '-stf',
      join(folder, 'statistics.csv'),
      '-fd',
      '1',
      '-trace_err',
      '-error_file',
      join(folder, 'errors.log'),
    ],
    ...(options.args ?? []),
  ];
  const child = spawn('sipp', args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TERM: 'dumb' },
  });
  endWithTest(child);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  let ended = false;
  const result = new Promise<SippResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      ended = true;
      void (async () => {
        const row = await statistics(folder);
        const logs = (await readdir(folder)).filter((name) => name.endsWith('.log'));
        const errors =
          (await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')))).join('\n') + stderr;
        await rm(folder, { recursive: true, force: true });
        resolve({
          code,
          successful: Number(row['SuccessfulCall(C)'] ?? 0),
          failed: Number(row['FailedCall(C)'] ?? 0),
          retransmissions: Number(row['Retransmissions(C)'] ?? 0),
          errors,
        });
      })();
    });
  });
  if (options.to === undefined) {
    await until(`SIPp to listen on ${port}`, () => ended || listens(port));
    if (ended) throw new Error(`SIPp has ended before it was called: ${(await result).errors}`);
  }
  return { address, port, result, stop: () => void child.kill('SIGKILL') };
}

/** Runs SIPp to its end. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  return (await startSipp(options)).result;
}
