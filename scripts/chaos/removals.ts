/**
 * Corrections inside the engine, each with the edits that take it away. The edits are made in a copy of
 * the sources, and the simulation of that copy looks for a seed that turns red.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

const REMOVALS = {
  kin: [
    {
      file: 'src/jobs/settle/judge-creates.ts',
      from: 'else if (kin.length > 0 || lost.isUnclear)',
      to: 'else if (lost.isUnclear)',
    },
    {
      file: 'src/jobs/settle/judge-creates.ts',
      from: 'for (const lost of this.#nameByNumber(left))',
      to: 'for (const lost of left)',
    },
  ],
  children: [
    {
      file: 'src/jobs/settle/judge-lost-writes.ts',
      from: "kind: fresh.some(isKin) ? 'undecidable' : 'absent'",
      to: "kind: 'absent'",
    },
    {
      file: 'src/jobs/settle/judge-lost-writes.ts',
      from: 'sent.every((entry) => isOf(entry, fields, altered))',
      to: 'sent.every(([field, value]) => fields[field] === value)',
    },
  ],
  'late-rollback': [
    {
      file: 'src/jobs/rollback/lost-writes.ts',
      from: 'Math.max(0, overMs - clock.monotonicMs())',
      to: 'Math.min(0, overMs - clock.monotonicMs())',
    },
  ],
  'silent-deletions': [
    {
      file: 'src/jobs/send/delete-item.ts',
      from: 'await end(context, progress, DELETED);',
      to: 'await end(context, progress, isListed ? DELETED : GONE);',
    },
    {
      file: 'src/jobs/send/delete-batch.ts',
      from: 'const handled = await this.#endDeleted(batch.filter((removal) => !isThere(removal)));',
      to: [
        'const silent = batch.filter((removal) => !isThere(removal));',
        "await this.#change(silent, { state: 'ended', outcome: 'skipped', plan: null });",
        "const handled = handledAs(silent, 'written', null);",
      ].join('\n'),
    },
  ],
  'same-passes': [
    {
      file: 'src/billy/http/listing.ts',
      from: 'sameCount >= LIMITS.listSamePasses',
      to: 'sameCount >= LIMITS.listPassesMax',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Edit[]>>;
export type Removal = keyof typeof REMOVALS;
export const REMOVAL_NAMES = Object.keys(REMOVALS) as readonly Removal[];

/** All that the simulation runs on. */
const COPIED = ['src', 'scripts', 'test/support/simulation', 'package.json', 'tsconfig.json'];
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Rejects with a TypeError when the text to be replaced does not stand there exactly once. */
async function applyEdit(folder: string, { file, from, to }: Edit): Promise<void> {
  const path = join(folder, file);
  const parts = (await readFile(path, 'utf8')).split(from);
  if (parts.length !== 2) throw new TypeError(`${file} holds "${from}" ${parts.length - 1} times`);
  await writeFile(path, parts.join(to));
}

const FOUND = z.object({ seed: z.number().nullable(), text: z.string() });

/** The first seed from `firstSeed` on that is red without the correction; null: none of so many. */
export async function firstRedWithout(
  removal: Removal,
  { firstSeed, seedsMax }: { readonly firstSeed: number; readonly seedsMax: number },
): Promise<z.infer<typeof FOUND>> {
  const folder = await mkdtemp(join(tmpdir(), 'billy-bulk-removal-'));
  try {
    for (const part of COPIED) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    for (const edit of REMOVALS[removal]) await applyEdit(folder, edit);
    const script = join(folder, 'scripts/chaos/first-red.ts');
    const arguments_ = ['--import', 'tsx', script, String(firstSeed), String(seedsMax)];
    const { stdout } = await promisify(execFile)(process.execPath, arguments_, { cwd: folder });
    return FOUND.parse(JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
