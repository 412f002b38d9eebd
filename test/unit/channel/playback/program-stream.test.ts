import { describe, expect, it } from 'vitest';
import { ProgramStream } from '../../../../src/channel/playback/program-stream.ts';
import { systemClock } from '../../../../src/clock.ts';
import { ChannelError } from '../../../../src/errors.ts';
import { VirtualClock } from '../../../../src/virtual-clock.ts';

async function* from(...pieces: readonly (Int16Array | Uint8Array)[]): AsyncGenerator<Int16Array | Uint8Array> {
  yield* pieces;
}

async function all(stream: ProgramStream): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let piece = await stream.read(); piece; piece = await stream.read()) samples.push(...piece);
  return samples;
}

describe('a stream of the program', () => {
  it('gives samples as they come', async () => {
    expect(await all(new ProgramStream(from(new Int16Array([1, -2]), new Int16Array([3])), 8000, systemClock))).toEqual(
      [1, -2, 3],
    );
  });

  it('takes bytes for samples with the low byte first, wherever the pieces are cut', async () => {
    const bytes = new Uint8Array(new Int16Array([1, -2, 300, -32_768]).buffer);
    for (const cuts of [[1], [3], [1, 2, 3, 4, 5, 6, 7], [2, 2, 5], []]) {
      const edges = [0, ...cuts, bytes.length];
      const pieces = edges.slice(1).map((end, index) => bytes.slice(edges[index], end));
      expect(await all(new ProgramStream(from(...pieces), 8000, systemClock))).toEqual([1, -2, 300, -32_768]);
    }
  });

  it('leaves out half a sample at the end, and pieces with nothing in them', async () => {
    const pieces = [new Uint8Array(), new Uint8Array([1, 0, 9]), new Int16Array()];
    expect(await all(new ProgramStream(from(...pieces), 8000, systemClock))).toEqual([1]);
  });

  it('does not ask for more before it is asked itself', async () => {
    let asked = 0;
    const source = new ReadableStream<Int16Array>(
      {
        pull(controller) {
          asked++;
          controller.enqueue(new Int16Array([asked]));
        },
      },
      { highWaterMark: 0 },
    );
    const stream = new ProgramStream(source, 8000, systemClock);
    expect(asked).toBe(0);
    expect(await stream.read()).toEqual(new Int16Array([1]));
    expect(asked).toBe(1);
    await stream.close();
  });

  it('cancels a ReadableStream that gives nothing, and the read that waits for it ends', async () => {
    let canceled = 0;
    const stream = new ProgramStream(
      new ReadableStream<Int16Array>({
        cancel() {
          canceled++;
        },
      }),
      8000,
      systemClock,
    );
    const reading = stream.read();
    await stream.close();
    await stream.close();
    expect([await reading, canceled, await stream.read()]).toEqual([undefined, 1, undefined]);
  });

  it('ends a generator, also one that was never read and one that hangs', async () => {
    const ended: string[] = [];
    const source = async function* (name: string): AsyncGenerator<Int16Array> {
      try {
        yield new Int16Array([1]);
        await new Promise(() => undefined);
      } finally {
        ended.push(name);
      }
    };
    await new ProgramStream(source('unread'), 8000, systemClock).close();
    const read = new ProgramStream(source('read'), 8000, systemClock);
    await read.read();
    await read.close();
    const hanging = new ProgramStream(source('hanging'), 8000, systemClock);
    await hanging.read();
    const waiting = hanging.read();
    await hanging.close();
    expect([await waiting, ended]).toEqual([undefined, ['read']]);
  });

  it('does not wait for ever for a program that never takes leave', async () => {
    const clock = new VirtualClock();
    const stream = new ProgramStream(
      new ReadableStream<Int16Array>({ cancel: () => new Promise(() => undefined) }),
      8000,
      clock,
    );
    const closing = stream.close();
    clock.advance(1000);
    await closing;
  });

  it('fails as the stream fails, with its error as the cause', async () => {
    const cause = new Error('no more disk');
    const stream = new ProgramStream(
      new ReadableStream<Int16Array>({
        pull(controller) {
          controller.error(cause);
        },
      }),
      8000,
      systemClock,
    );
    await expect(stream.read()).rejects.toMatchObject({ code: 'STREAM_FAILED', cause });
    expect(await stream.read()).toBeUndefined();
    await stream.close();
    const known = new ChannelError('URL_FAILED', 'as it is');
    const other = new ProgramStream(
      (async function* (): AsyncGenerator<Int16Array> {
        yield await Promise.reject<Int16Array>(known);
      })(),
      8000,
      systemClock,
    );
    await expect(other.read()).rejects.toBe(known);
  });

  it('refuses what is no audio', async () => {
    const stream = new ProgramStream(from('text' as never), 8000, systemClock);
    await expect(stream.read()).rejects.toMatchObject({ code: 'STREAM_FAILED' });
  });
});
