import { afterEach, describe, expect, it, vi } from 'vitest';
import { FliteProgram } from '../../../../src/speech/flite/flite-program.ts';
import { webAssembly } from '../../../../src/speech/flite/web-assembly.ts';

const COMMAND = { text: 'One.', voice: 'kal', rate: 2 };

describe('FliteProgram', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('tells the next text that no instance could be made for it, and speaks the one after it', async () => {
    const program = await FliteProgram.load();
    vi.spyOn(webAssembly, 'instantiate').mockRejectedValueOnce(new Error('no memory'));
    program.prepare();
    await expect(program.speak(COMMAND)).rejects.toThrow('no memory');
    expect((await program.speak(COMMAND)).length).toBeGreaterThan(1000);
  });
});
