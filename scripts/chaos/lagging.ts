/** A Billy whose lists show what was a while ago: a copy that every change reaches late. */
import type { Billy } from '../../src/sandbox/api/api.js';
import { createBilly } from '../../src/sandbox/account/made-up-account.js';
import type { SandboxOptions } from '../../src/sandbox/world/options.js';
import type { World } from '../../src/sandbox/world/world.js';
import type { WorldChange } from './facts/watch-world.js';
import type { VirtualTime } from '../../test/support/simulation/virtual-time.js';

function apply(world: World, { collection, before, after }: WorldChange): void {
  const table = world.table(collection);
  if (after === null) table.remove(before?.id ?? '');
  else if (before === null) table.add(after);
  else table.replace(after);
}

export interface Lagging {
  /** Answers lists. */
  readonly billy: Billy;
  /** Hears of what was committed. */
  readonly note: (changes: readonly WorldChange[]) => void;
}

/** A second Billy of the same options, `lagMs` behind. */
export function lagBehind(options: SandboxOptions, time: VirtualTime, lagMs: number): Lagging {
  const { billy } = createBilly(options);
  return {
    billy,
    note: (changes) => {
      time.at(time.ms + lagMs, () => {
        for (const change of changes) apply(billy.world, change);
      });
    },
  };
}
