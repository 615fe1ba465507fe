/** How long work is cut up (src/core/event-loop.ts). */
import { describe, expect, it } from 'vitest';
import { EventLoopYielder } from '../../src/core/event-loop.js';

/** An event loop by hand: `turn` resolves when `goRound` is called. */
class Loop {
  nowMs = 0;
  turnCount = 0;
  #waiting: (() => void)[] = [];

  monotonicMs = (): number => this.nowMs;

  turn = (): Promise<void> => {
    this.turnCount += 1;
    return new Promise((resolve) => this.#waiting.push(resolve));
  };

  /** All that is due has its turn, which takes so long. */
  async goRound(ms: number): Promise<void> {
    this.nowMs += ms;
    for (const resolve of this.#waiting.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Whether the work may go on at once. */
async function mayGoOn(yielder: EventLoopYielder): Promise<boolean> {
  let isThrough = false;
  void yielder.yieldIfDue().then(() => {
    isThrough = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return isThrough;
}

describe('Breather', () => {
  it('lets work go on until it is due, then only after a turn, and counts anew from there', async () => {
    const loop = new Loop();
    const yielder = new EventLoopYielder(loop, 15);
    loop.nowMs = 14;
    expect(await mayGoOn(yielder)).toBe(true);
    loop.nowMs = 15;
    let isThrough = false;
    const breathed = yielder.yieldIfDue().then(() => {
      isThrough = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isThrough).toBe(false);
    await loop.goRound(1000);
    await breathed;
    loop.nowMs += 14;
    expect(await mayGoOn(yielder)).toBe(true);
    loop.nowMs += 1;
    expect(await mayGoOn(yielder)).toBe(false);
  });

  it('takes a turn that comes by itself for one', async () => {
    const loop = new Loop();
    const yielder = new EventLoopYielder(loop, 15);
    loop.nowMs = 10;
    expect(await mayGoOn(yielder)).toBe(true);
    await loop.goRound(1);
    loop.nowMs += 14;
    expect(await mayGoOn(yielder)).toBe(true);
  });

  it('watches for one turn at a time, and for none while nobody works', async () => {
    const loop = new Loop();
    const yielder = new EventLoopYielder(loop, 15);
    for (let piece = 0; piece < 5; piece += 1) await yielder.yieldIfDue();
    expect(loop.turnCount).toBe(1);
    await loop.goRound(1);
    await loop.goRound(1);
    expect(loop.turnCount).toBe(1);
  });
});
