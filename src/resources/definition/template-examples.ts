/** Records of an account that template rows may name: used, and named by something that no other has. */
import type { RecordImage } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';

interface Named {
  readonly image: RecordImage;
  /** What names it and no other record. */
  readonly text: string;
}

function indexOf({ key, value }: MatchKey): string {
  return `${key}\u0000${value}`;
}

/** Records in use that one of the keys names alone, in order. */
export function namedRecords(
  images: readonly RecordImage[],
  keysOf: (image: RecordImage) => readonly MatchKey[],
): Named[] {
  const counts = new Map<string, number>();
  for (const key of images.flatMap((image) => keysOf(image).map(indexOf))) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return images
    .filter(({ fields }) => fields['isArchived'] !== true)
    .flatMap((image) => {
      const key = keysOf(image).find((each) => counts.get(indexOf(each)) === 1);
      return key === undefined ? [] : [{ image, text: key.value }];
    });
}
