// The same look at sandboxes that answer differently.
import type { SandboxUnknowns } from '../../../src/sandbox/world/options.js';
import { startDriver, type Driver } from './driver.js';

type Chosen = Partial<SandboxUnknowns>;

/** What `look` finds under each choice. */
export async function each<T>(choices: readonly Chosen[], look: (driver: Driver) => Promise<T>) {
  const found: T[] = [];
  for (const unknowns of choices) found.push(await look(await startDriver({ unknowns })));
  return found;
}

/** `each` for all values of one unknown. */
export function under<Key extends keyof SandboxUnknowns, T>(
  name: Key,
  values: readonly SandboxUnknowns[Key][],
  look: (driver: Driver) => Promise<T>,
) {
  const choices = values.map((chosen) => ({ [name]: chosen }));
  return each(choices, look);
}
