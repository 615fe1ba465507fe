/**
 * A filter of the match keys that the rows of a file have named, in a few bytes per key. While no key comes
 * twice, no row can mean a record that an earlier row makes, and no row has to be kept in the snapshot.
 */
import { quickHashes } from '../../core/hash.js';
import type { MatchKey } from '../../model/snapshot.js';

const SLOTS_MIN = 1024;
/** 32 MiB; a file with more keys than fit is planned the slower way. */
const SLOTS_MAX = 8 * 1024 * 1024;
const SPACE_A_KEY = 1.25;
const FILLED_SHARE_MAX = 0.95;
const HASH_RANGE = 2 ** 32;

/**
 * A table of fingerprints, open addressing: the place is one 32-bit hash, what stands there another.
 * Two different keys are taken for one about once in a billion, which only costs time.
 */
export class DuplicateKeyFilter {
  readonly #slots: Uint32Array;
  #count = 0;

  /** `keyCount` is about how many are expected. */
  constructor(keyCount: number) {
    const wanted = Math.ceil(keyCount * SPACE_A_KEY);
    this.#slots = new Uint32Array(Math.min(Math.max(wanted, SLOTS_MIN), SLOTS_MAX));
  }

  /** Adds the key; false if it was seen before, or if the filter is full. */
  add({ key, value }: MatchKey): boolean {
    const slots = this.#slots;
    if (this.#count > slots.length * FILLED_SHARE_MAX) return false;
    const [place, mark] = quickHashes(key, value);
    // 0 is an empty slot.
    const fingerprint = mark === 0 ? 1 : mark;
    let index = Math.floor((place / HASH_RANGE) * slots.length);
    while (slots[index] !== 0) {
      if (slots[index] === fingerprint) return false;
      index = index + 1 === slots.length ? 0 : index + 1;
    }
    slots[index] = fingerprint;
    this.#count += 1;
    return true;
  }
}
