// One world for all tests of a suite: for many small files that do not meet each other.
import { afterAll, beforeAll } from 'vitest';
import { openWorld, type World, type WorldOptions } from './engine-world.js';

/** Opens the world before the first test of the suite, and closes it after the last one. */
export function sharedWorld(options: WorldOptions = {}): () => World {
  let world: World | null = null;
  beforeAll(async () => {
    world = await openWorld({ timeoutMs: 5000, ...options });
  });
  afterAll(() => world?.close());
  return () => {
    if (world === null) throw new Error('the suite has not begun');
    return world;
  };
}
