/**
 * Imported before anything else: the heap grows by little and is collected more often. Files stream
 * through this process, so what V8 would keep on the off chance is garbage, several times what is
 * alive. Costs some CPU time, and halves the memory.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Of its two halves one; a little of each page is V8's own. */
const HALF_NURSERY_BYTES = 0.9 * 4 * 1024 * 1024;

// Read whenever the heap is resized, so setting them at run time works.
function letNurseryGrowBy(factor: 1 | 2): void {
  setFlagsFromString(`--semi-space-growth-factor=${String(factor)}`);
}

letNurseryGrowBy(1);
setFlagsFromString('--heap-growing-percent=20');
// So little of what is young is alive that helpers cost more than they take over; and the thread that
// stores wants the second core.
setFlagsFromString('--no-parallel-scavenge');

/** Its size says less: the other half is taken and given back by turns. */
function halfNurseryBytes(): number {
  const spaces = getHeapSpaceStatistics();
  const young = spaces.find(({ space_name: name }) => name === 'new_space');
  return (young?.space_used_size ?? 0) + (young?.space_available_size ?? 0);
}

/**
 * To be called once all is loaded, which is not garbage. What is young may then take 8 MiB, and no
 * more: of the rows of a file nearly all is dead by the time that it is full, and a quarter of a
 * large dry run's CPU time goes that collecting half as much takes. V8 makes it small again where there is no work.
 */
export function allowNursery(): void {
  const steer = (): void => {
    letNurseryGrowBy(halfNurseryBytes() < HALF_NURSERY_BYTES ? 2 : 1);
  };
  steer();
  // After each collection, thus not at all in a server that does nothing.
  new PerformanceObserver(steer).observe({ entryTypes: ['gc'] });
}
