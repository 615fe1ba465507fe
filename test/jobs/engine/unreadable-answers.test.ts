// Whether a job waits: for a Billy that is away, and not for one list that nobody can read.
import { describe, expect, it } from 'vitest';
import { foreignAnswer, oversizedAnswer, transportFailure } from '../../../src/billy/failure.js';
import { isPassing } from '../../../src/jobs/engine/unreadable-answers.js';
import { testWorld } from '../../support/engine-world.js';

async function open() {
  const world = await testWorld();
  return { world, work: { billy: world.billy, stop: new AbortController().signal } };
}

const READ = { isWrite: false };
const unreadable = foreignAnswer(200, { ...READ, isJson: true });

describe('a job', () => {
  it('waits while nothing of Billy can be read', async () => {
    const { world, work } = await open();
    world.sandbox.control.setDown(true, '503');
    expect(await isPassing(work, unreadable)).toBe(true);
  });

  it('ends where Billy answers, and one list stays unreadable', async () => {
    const { work } = await open();
    expect(await isPassing(work, unreadable)).toBe(false);
  });

  it('asks nobody about any other failure', async () => {
    const { world, work } = await open();
    const before = world.requests().length;
    expect(await isPassing(work, foreignAnswer(200, READ))).toBe(true);
    const away = transportFailure(new Error('x'), { ...READ, wasSent: false });
    expect(await isPassing(work, away)).toBe(true);
    expect(await isPassing(work, oversizedAnswer(200, READ))).toBe(false);
    expect(await isPassing(work, new TypeError('bug'))).toBe(false);
    expect(world.requests()).toHaveLength(before);
  });
});
