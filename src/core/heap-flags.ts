/**
 * Sets V8's heap flags; imported before anything else. The heap grows in small steps and is collected more
 * often. Files stream through this process, so most of a larger heap would be garbage. This costs some CPU
 * time and halves the memory.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** The size of one of the two halves of the young generation; V8 uses a little of each page itself. */
const HALF_NURSERY_BYTES = 0.9 * 4 * 1024 * 1024;

// V8 reads these flags whenever it resizes the heap, so they can be set at run time.
function letNurseryGrowBy(factor: 1 | 2): void {
  setFlagsFromString(`--semi-space-growth-factor=${String(factor)}`);
}

letNurseryGrowBy(1);
setFlagsFromString('--heap-growing-percent=20');
// Few young objects survive, so helper threads cost more than they save, and the storing thread needs the
// second core.
setFlagsFromString('--no-parallel-scavenge');

/** The size of one half. The size of the whole space is less useful: V8 frees the other half now and then. */
function halfNurseryBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === 'new_space')
    .reduce((sum, young) => sum + young.space_used_size + young.space_available_size, 0);
}

/**
 * Lets the young generation grow to 8 MiB. Called once all modules are loaded, because they are not garbage.
 * Nearly all objects of a file's rows are dead when it is full. With half the size, collecting takes a quarter
 * of a large dry run's CPU time. V8 shrinks it again when there is no work.
 */
export function allowNursery(): void {
  const steer = (): void => {
    letNurseryGrowBy(halfNurseryBytes() < HALF_NURSERY_BYTES ? 2 : 1);
  };
  steer();
  // Runs after each collection, so an idle server does not run it.
  new PerformanceObserver(steer).observe({ entryTypes: ['gc'] });
}
