import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../../src/channel/channel.ts';
import { ChannelError } from '../../../../src/errors.ts';
import { type EveryHangupOptions, everyHangup } from '../../../../src/testing/every-hangup/every-hangup.ts';
import type { CallerScript } from '../../../../src/testing/fake/caller-script.ts';

const prompts = { 'menu.wav': 3_000, 'bye.wav': 1_000 };
const script: CallerScript = [{ on: 'play', detail: 'menu.wav', after: 1_000, do: (caller) => caller.press('1') }];

async function menu(channel: Channel): Promise<void> {
  await channel.ring();
  await channel.answer();
  await channel.filePlayer.play('menu.wav', { bargeIn: true });
  const digits = await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 5_000 });
  await channel.fileRecorder.record('note.wav', { timeout: 2_000 });
  await channel.filePlayer.play(digits === '1' ? 'bye.wav' : 'menu.wav');
}

/** What `everyHangup()` says about a flow that is not as it must be. */
async function complaint(flow: (channel: Channel) => unknown, options: EveryHangupOptions = {}): Promise<string> {
  const error: unknown = await everyHangup(flow, { prompts, ...options }).then(
    ({ runs }) => expect.fail(`no complaint in ${runs} runs`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ChannelError);
  return String(error);
}

describe('everyHangup()', () => {
  it('runs a flow once for every point at which the caller can hang up', async () => {
    const { runs, points } = await everyHangup(menu, { prompts, script });
    expect(points.map(({ at, after }) => `${at} ${after.replace(/\(.*\)/, '()')}`)).toEqual([
      '0 the call came in',
      '0 the channel was RING_INCOMING',
      '0 the channel was ANSWERING',
      '0 the channel was ANSWERED',
      '0 filePlayer.play() began',
      '500 filePlayer.play() began',
      '1000 key 1',
      '1000 menu.wav was played',
      '1000 dtmfDetector.getDigits() began',
      '1000 fileRecorder.record() began',
      '2000 fileRecorder.record() began',
      '3000 note.wav was recorded',
      '3000 filePlayer.play() began',
      '3500 filePlayer.play() began',
      '4000 bye.wav was played',
      '4000 filePlayer.play() resolved',
    ]);
    expect(runs).toBe(17);
  });

  it('finds the same points each time', async () => {
    expect(await everyHangup(menu, { prompts, script })).toEqual(await everyHangup(menu, { prompts, script }));
  });

  it('hangs up on a flow that waits for just that', async () => {
    const { points } = await everyHangup(async (channel) => {
      await channel.answer();
      await channel.waitForIdle();
    });
    expect(points.at(-1)).toMatchObject({ at: 1_000 });
  });

  it('gives the flow a caller that it plays with after a hang-up too', async () => {
    const busy: CallerScript = [
      {
        on: 'play',
        do: async (caller) => {
          await caller.silence(500);
          await caller.press('12', { on: 400 });
          await caller.waitForPrompt('bye.wav');
        },
      },
    ];
    expect((await everyHangup(menu, { prompts, script: busy })).runs).toBeGreaterThan(10);
  });

  it('has the called party decline an outbound call that is not answered, and hang up one that is', async () => {
    const states: unknown[] = [];
    const flow = async (channel: Channel): Promise<void> => {
      const giveUpAt = Date.now() + 60_000;
      while ((await channel.call('sip:alice@example.com')) !== 'ANSWERED') {
        states.push(channel.cause);
        if (Date.now() > giveUpAt || channel.cause !== 'BUSY') return;
        await pause(10_000);
      }
      await channel.filePlayer.play('menu.wav');
    };
    const { points } = await everyHangup(flow, { prompts, direction: 'outbound', callee: ['BUSY', { after: 4_000 }] });
    expect(states).toContain('REJECTED');
    expect(points.filter(({ at }) => at > 0 && at < 10_000)).toEqual([]);
    expect(points.map(({ at }) => at)).toEqual(expect.arrayContaining([12_000, 15_500]));
  });

  it('looks at each call as it is told to', async () => {
    const ended: unknown[] = [];
    const { runs } = await everyHangup(menu, { prompts, script, check: ({ caller }) => ended.push(caller.ended?.by) });
    expect(ended).toHaveLength(runs);
    expect(ended.filter((by) => by === 'local')).toHaveLength(1);
    const check = ({ caller }: { caller: { pressed: string } }): void => expect(caller.pressed).toBe('1');
    expect(await complaint(menu, { script, check })).toContain("expected '' to be '1'");
  });

  it('waits for real work, which takes no virtual time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offhook-every-hangup-'));
    let written = 0;
    const { runs } = await everyHangup(
      async (channel) => {
        try {
          await channel.answer();
          await channel.filePlayer.play('menu.wav');
        } finally {
          await writeFile(join(folder, `call-${++written}.txt`), 'over');
          await readFile(join(folder, `call-${written}.txt`));
        }
      },
      { prompts },
    );
    expect(await readdir(folder)).toHaveLength(runs);
    await rm(folder, { recursive: true });
  });

  it('takes well under a second for a flow with thirty points', async () => {
    const before = process.cpuUsage();
    const { points } = await everyHangup(
      async (channel) => {
        await menu(channel);
        await menuAgain(channel);
      },
      { prompts, script },
    );
    expect(points.length).toBeGreaterThanOrEqual(30);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(900);
  });
});

async function menuAgain(channel: Channel): Promise<void> {
  for (let round = 0; round < 5; round++) await channel.filePlayer.play('bye.wav');
}

describe('everyHangup() finds a flow that', () => {
  it('swallows Hangup and tries for ever', async () => {
    const text = await complaint(async (channel) => {
      await channel.answer();
      let isDone = false;
      while (!isDone) {
        isDone = await channel.filePlayer.play('menu.wav').then(
          () => true,
          () => false,
        );
      }
    });
    expect(text).toMatch(
      /hang-up at 1500 ms, after filePlayer.play\("menu.wav"\) began:\n- it goes on after the hang-up/,
    );
    expect(text).toMatch(/→ Hangup\n {4}… \d+ lines more …\n.*→ Hangup/);
    expect(text.match(/→ Hangup/g)?.length).toBeLessThan(3 * 60);
  });

  it('swallows Hangup and waits for something else', async () => {
    const text = await complaint(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('menu.wav').catch(() => pause(5_000));
    });
    expect(text).toMatch(
      /- it goes on after the hang-up: the flow did not end within its grace of 100 ms, until 1600 ms; a timer is due at 6500 ms \(set at .*every-hangup\.test\.ts:\d+:\d+\)\n/,
    );
    const patient = async (channel: Channel): Promise<void> => {
      await channel.answer();
      await channel.filePlayer.play('menu.wav').catch(() => pause(5_000));
    };
    expect((await everyHangup(patient, { prompts, grace: 5_000 })).runs).toBeGreaterThan(3);
  });

  it('never ends', async () => {
    const text = await complaint(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('menu.wav').catch(() => new Promise(() => undefined));
    });
    expect(text).toContain(
      '- it goes on after the hang-up: the flow did not end by itself; no method is pending, and no timer runs that could end it\n',
    );
  });

  it('leaves a timer behind', async () => {
    const text = await complaint(async (channel) => {
      await channel.answer();
      const reminder = setInterval(() => undefined, 1_000);
      await channel.filePlayer.play('menu.wav');
      clearInterval(reminder);
    });
    expect(text).toMatch(/- a timer left running: due at 1000 ms \(set at .*every-hangup\.test\.ts:\d+:\d+\)\n/);
  });

  it('leaves a file open', async () => {
    const open = new Set<string>();
    const text = await complaint(
      async (channel) => {
        open.add('log');
        await channel.answer();
        await channel.filePlayer.play('menu.wav');
        open.delete('log');
      },
      {
        check: () => {
          const left = [...open];
          open.clear();
          expect(left).toEqual([]);
        },
      },
    );
    expect(text).toContain("expected [ 'log' ] to deeply equal []");
  });

  it('forgets something that waits for the call', async () => {
    const text = await complaint(async (channel) => {
      await channel.answer();
      const listening = (async () => {
        while (channel.state === 'ANSWERED')
          await channel.dtmfDetector.getDigits({ count: 1, predigitsTimeout: 60_000 });
      })();
      await channel.filePlayer.play('menu.wav');
      await channel.hangUp();
      await listening.catch(() => undefined);
    });
    expect(text).toContain('- a rejection that nobody handles: Hangup: the far end sent BYE');
  });

  it('fails with another error', async () => {
    const text = await complaint(async (channel) => {
      const account: { name?: string } = {};
      try {
        await channel.answer();
        account.name = 'alice';
        await channel.filePlayer.play('menu.wav');
      } finally {
        (account.name as string).toUpperCase();
      }
    });
    expect(text).toMatch(/- it threw TypeError: .*\n\s+at .*every-hangup\.test\.ts/);
    expect(text).toContain('calls sip:');
  });

  it('fails without any hang-up', async () => {
    const text = await complaint(async (channel) => {
      await channel.answer();
      await channel.filePlayer.play('nothing.wav');
    });
    expect(text).toMatch(/^ChannelError: without any hang-up:\n- it threw ChannelError: /);
  });

  it('never comes to a line of its script', async () => {
    const late: CallerScript = [
      ...script,
      { on: 'play', detail: 'mneu.wav', do: (caller) => caller.press('2') },
      { after: 100, do: (caller) => caller.press('3') },
    ];
    const text = await complaint(menu, { script: late });
    expect(text).toContain(
      'without any hang-up:\n- line of the script not reached: play mneu.wav\n- line of the script not reached: after the line before\n',
    );
    expect(text).toContain('calls sip:');
  });

  it('is given wrong options', async () => {
    expect(await complaint(menu, { grace: -1 })).toContain('grace must be a number');
    expect(await complaint(menu, { checks: 1 } as EveryHangupOptions)).toContain('did you mean check?');
  });
});
