// A world whose client meets Billy through a proxy.
import { onTestFinished } from 'vitest';
import { testWorld, type World, type WorldOptions } from '../../support/engine-world.js';
import { startBillyProxy, type BillyProxy } from './billy-proxy.js';

export interface RealWorld {
  readonly world: World;
  readonly proxy: BillyProxy;
}

/** The proxy changes nothing until a hook is added; records that a test plants go past it. */
export async function realWorld(options: WorldOptions = {}): Promise<RealWorld> {
  const proxy = await startBillyProxy();
  onTestFinished(() => proxy.close());
  const world = await testWorld({ ...options, baseUrl: proxy.url });
  proxy.target = world.sandbox.url;
  return { world, proxy };
}
