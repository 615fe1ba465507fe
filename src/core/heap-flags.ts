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

/** Much smaller than a page of the heap; many of them are alive at a time. */
const SURVIVOR_SLOTS = 1000;
const SURVIVORS_ALIVE = 128;
/** 32 MiB in all; V8 needs a few MiB to decide. */
const SURVIVORS_MAX = 4096;

/**
 * Makes V8 double the young generation until it has its size. V8 does so when many objects survive a
 * collection, so this makes some. The permission ends before anything else runs: with a permission that is
 * taken back after a collection, a second one sometimes came first and doubled the size once more.
 */
function growNursery(): void {
  letNurseryGrowBy(2);
  const alive: unknown[] = [];
  for (let made = 0; made < SURVIVORS_MAX && halfNurseryBytes() < HALF_NURSERY_BYTES; made += 1) {
    alive[made % SURVIVORS_ALIVE] = new Array<number>(SURVIVOR_SLOTS).fill(made);
  }
  letNurseryGrowBy(1);
}

/** `NODE_PERFORMANCE_GC_MINOR` of node:perf_hooks. */
const MINOR_COLLECTION = 1;

function isMinor(entry: object): boolean {
  const { detail } = entry as { readonly detail?: { readonly kind?: number } };
  return detail?.kind === MINOR_COLLECTION;
}

/**
 * Lets the young generation grow to 8 MiB. Called once all modules are loaded, because they are not garbage.
 * Nearly all objects of a file's rows are dead when it is full. With half the size, collecting takes a quarter
 * of a large dry run's CPU time. V8 shrinks it again when there is no work.
 */
export function allowNursery(): void {
  if (halfNurseryBytes() < HALF_NURSERY_BYTES) growNursery();
  // Runs after collections of young objects, so an idle server, which has none, stays small.
  new PerformanceObserver((collections) => {
    // V8 permits growth again whenever a thread starts.
    letNurseryGrowBy(1);
    if (halfNurseryBytes() >= HALF_NURSERY_BYTES) return;
    if (collections.getEntries().some(isMinor)) growNursery();
  }).observe({ entryTypes: ['gc'] });
}
