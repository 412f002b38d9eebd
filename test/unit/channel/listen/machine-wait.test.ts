import { describe, expect, it } from 'vitest';
import { MachineWait } from '../../../../src/channel/listen/machine-wait.state.ts';

const RULES = { minBeep: 180, postBeepSilence: 1000, noBeepSilence: 4000 };

describe('a machine that records', () => {
  it('is one after a silence from the beginning', () => {
    expect(new MachineWait(RULES, false, 500).deadline).toBe(4500);
  });

  it('is none while it speaks', () => {
    expect(new MachineWait(RULES, true, 0).deadline).toBe(Number.POSITIVE_INFINITY);
  });

  it('is one a second after its beep', () => {
    const wait = new MachineWait(RULES, true, 0);
    wait.speech(false, 200, 3200);
    expect(wait.deadline).toBe(7000);
    wait.tone({ tone: 'BEEP', isOver: false, ms: 180 }, 3500);
    expect(wait.deadline).toBe(Number.POSITIVE_INFINITY);
    wait.tone({ tone: 'BEEP', isOver: true, ms: 400 }, 3760);
    expect(wait.deadline).toBe(4700);
  });

  it('is none when it speaks again after a beep, but then after the long silence', () => {
    const wait = new MachineWait(RULES, false, 0);
    wait.tone({ tone: 'BEEP', isOver: true, ms: 400 }, 1060);
    wait.speech(true, 60, 1500);
    expect(wait.deadline).toBe(Number.POSITIVE_INFINITY);
    wait.speech(false, 200, 2200);
    expect(wait.deadline).toBe(6000);
  });

  it('counts silence from the end of a beep that ended after speech', () => {
    const wait = new MachineWait(RULES, true, 0);
    wait.tone({ tone: 'BEEP', isOver: false, ms: 180 }, 1200);
    wait.tone({ tone: 'BEEP', isOver: true, ms: 180 }, 1260);
    wait.speech(false, 280, 1280);
    expect(wait.deadline).toBe(2200);
  });
});
