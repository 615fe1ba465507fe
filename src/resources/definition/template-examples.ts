/**
 * Finds records of an account that template rows can name: not archived, and with a match key of their own.
 */
import type { RecordImage } from '../../model/record.js';
import { keyText, type MatchKey } from '../../model/snapshot.js';
import { isArchived } from './archive.js';

interface Named {
  readonly image: RecordImage;
  /** The value that names this record and no other. */
  readonly text: string;
}

/** The records in use that have a key which no other record has, in order. */
export function namedRecords(
  images: readonly RecordImage[],
  keysOf: (image: RecordImage) => readonly MatchKey[],
): Named[] {
  const counts = new Map<string, number>();
  for (const key of images.flatMap((image) => keysOf(image).map(keyText))) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return images
    .filter((image) => !isArchived(image))
    .flatMap((image) => {
      const key = keysOf(image).find((each) => counts.get(keyText(each)) === 1);
      return key === undefined ? [] : [{ image, text: key.value }];
    });
}
