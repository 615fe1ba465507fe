/** What tests of hostile files share: how many are made, how they are read, and which ends are none of a bug. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readWhole, type WholeReading } from '../../scripts/bench/peers/read-whole.js';
import { ERROR_CODES } from '../../src/core/errors.js';
import * as intake from '../../src/files/source.js';
import type { SourceRow } from '../../src/files/cells/source-row.js';

/** A tenth of what `FUZZ_RUNS=10000` makes, in every ordinary run. */
export const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);

/** Many cases take their time on a busy machine. */
export const FUZZ_TIMEOUT_MS = 60_000 + 60 * FUZZ_RUNS;

/** One seed, so that a failure of one machine is one of all. */
export const FUZZ = { numRuns: FUZZ_RUNS, seed: 20_261_129 };

const TURN_MS_MOST = 250;
const HEAD_MS_MOST = 2000;

/** Reads the content from a file in this folder as an import does. */
export async function readHostile(
  content: string | Buffer,
  place: { folder: string; name: string },
): Promise<WholeReading & { read: SourceRow[] }> {
  const file = path.join(place.folder, place.name);
  await writeFile(file, content);
  const read: SourceRow[] = [];
  const reading = await readWhole(intake, { path: file, name: place.name }, (rows) => {
    read.push(...(rows as SourceRow[]));
  });
  return { ...reading, read };
}

/** What a hostile file may not do, in words; empty when it did nothing of it. */
export function harmOf(reading: WholeReading): string[] {
  const { end, headMs, longestTurnMs } = reading;
  const harm: string[] = [];
  const isKnown = end === 'completed' || ERROR_CODES.some((code) => code === end);
  if (!isKnown || end === 'INTERNAL') harm.push(`ended as ${end}`);
  if (longestTurnMs > TURN_MS_MOST) harm.push(`held the loop for ${longestTurnMs.toFixed(0)} ms`);
  if (headMs > HEAD_MS_MOST) harm.push(`held a call for ${headMs.toFixed(0)} ms`);
  return harm;
}
