// Folders and files that are swapped for links while the server writes and reads: by a real second
// thread, hundreds of times. Nothing lands outside, and nothing from outside comes in.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { resourceNamed } from '../../src/resources/registry.js';
import { makePipe } from '../files/temp-folder.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { storedFolder } from '../support/stored-files.js';
import { startSwapping, type Swap, type Swapping } from './swapping-thread.js';

const SWAPS_MIN = 300;
const TRIES_MIN = 300;
const TRIES_MAX = 20_000;
const SECRET = 'name\nSecret\n';

interface Ground {
  readonly world: World;
  readonly jobId: string;
  /** An allowed folder that is swapped, and one that is not allowed. */
  readonly sub: string;
  readonly outside: string;
}

/** A job with rows, in a world where further jobs only wait. */
async function openGround(): Promise<Ground> {
  const world = await calmWorld();
  const { id } = await world.imported('name\nInside\n');
  await world.restart({ isHeld: true });
  const [sub, outside] = [path.join(world.folder, 'sub'), path.join(world.folder, '..', 'outside')];
  for (const folder of [sub, outside]) mkdirSync(folder);
  writeFileSync(path.join(sub, 'in.csv'), 'name\nInside\n');
  return { world, jobId: id, sub, outside };
}

/** How many tries ended in which code; `done` where they did what was asked. */
type Ends = Record<string, number>;

async function tryUntilSwapped(
  swapping: Swapping,
  attempt: (count: number) => Promise<unknown>,
): Promise<Ends> {
  const ends: Ends = {};
  let count = 0;
  while (count < TRIES_MAX && (count < TRIES_MIN || swapping.count() < SWAPS_MIN)) {
    count += 1;
    const end = await attempt(count).then(
      () => 'done',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
    ends[end] = (ends[end] ?? 0) + 1;
  }
  await swapping.stop();
  process.stdout.write(`${String(swapping.count())} swaps, ${JSON.stringify(ends)}\n`);
  return ends;
}

const CLEAR = ['done', 'PATH_NOT_ALLOWED', 'FILE_NOT_FOUND', 'FILE_EXISTS'];

describe('a folder that is swapped while reports are written', () => {
  it.each([false, true])(
    'gets them, and no other folder does (overwrite: %s)',
    async (overwrite) => {
      const { world, jobId, sub, outside } = await openGround();
      const swapping = startSwapping({ path: sub, decoy: { link: outside } });
      const ends = await tryUntilSwapped(swapping, (count) => {
        const filePath = `sub/report-${overwrite ? 'one' : String(count)}.csv`;
        return world.service.report(jobId, { scope: 'all', filePath, overwrite });
      });
      expect(readdirSync(outside)).toEqual([]);
      expect(Object.keys(ends).filter((end) => !CLEAR.includes(end))).toEqual([]);
      expect(ends['done']).toBeGreaterThan(0);
      expect(readdirSync(sub).filter((name) => name.endsWith('.part'))).toEqual([]);
    },
  );
});

describe('what is swapped while files are read', () => {
  const decoys: readonly [string, (ground: Ground) => Swap][] = [
    ['its folder, for a link', ({ sub, outside }) => ({ path: sub, decoy: { link: outside } })],
    [
      'the file, for a link',
      ({ sub, outside }) => {
        return { path: path.join(sub, 'in.csv'), decoy: { link: path.join(outside, 'in.csv') } };
      },
    ],
    [
      'the file, for a second name of the server’s own',
      ({ world, sub }) => {
        const own = path.join(world.dataDir, 'own.csv');
        writeFileSync(own, SECRET);
        return { path: path.join(sub, 'in.csv'), decoy: { hardLink: own } };
      },
    ],
    [
      'the file, for a pipe',
      ({ sub, outside }) => {
        makePipe(path.join(outside, 'pipe'));
        return { path: path.join(sub, 'in.csv'), decoy: { hardLink: path.join(outside, 'pipe') } };
      },
    ],
  ];

  it.each(decoys)('is never taken for the file: %s', async (_name, swapOf) => {
    const ground = await openGround();
    const { world } = ground;
    writeFileSync(path.join(ground.outside, 'in.csv'), SECRET);
    const swapping = startSwapping(swapOf(ground));
    const options = { dryRun: true, force: true };
    const ends = await tryUntilSwapped(swapping, () =>
      world.start({ filePath: 'sub/in.csv' }, options),
    );
    const { id } = await world.account.current(undefined);
    const copies = storedFolder(world.dataDir, 'sources', id);
    const texts = readdirSync(copies).map((name) => readFileSync(path.join(copies, name), 'utf8'));
    expect(texts.filter((text) => text.includes('Secret'))).toEqual([]);
    expect(Object.keys(ends).filter((end) => ![...CLEAR, 'INPUT_INVALID'].includes(end))).toEqual(
      [],
    );
    expect(ends['done']).toBeGreaterThan(0);
  });
});

/** An export that is stored and not begun, as it is when the process ends. */
async function exportOnHold(world: World, filePath: string): Promise<string> {
  const { job } = await world.service.export(
    {
      resource: resourceNamed('customer'),
      filters: {},
      filePath,
      overwrite: true,
      dialect: 'standard',
    },
    AbortSignal.abort(),
  );
  return job.id;
}

describe('an export that goes on after a restart', () => {
  it('does not follow a folder that became a link meanwhile', async () => {
    const { world, sub, outside } = await openGround();
    const jobId = await exportOnHold(world, 'sub/out.csv');
    renameSync(sub, `${sub}-away`);
    symlinkSync(outside, sub);
    await world.restart({ isHeld: false });
    expect(await world.ended(jobId)).toMatchObject({
      status: 'failed',
      error: { code: 'PATH_NOT_ALLOWED' },
    });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('does not write where the settings allow it no more', async () => {
    const { world, sub } = await openGround();
    const jobId = await exportOnHold(world, 'sub/out.csv');
    const other = path.join(world.folder, 'other');
    mkdirSync(other);
    await world.restart({ isHeld: false, allowed: other });
    expect(await world.ended(jobId)).toMatchObject({ error: { code: 'PATH_NOT_ALLOWED' } });
    expect(existsSync(path.join(sub, 'out.csv'))).toBe(false);
  });

  it('is written where nothing changed', async () => {
    const { world, sub } = await openGround();
    const jobId = await exportOnHold(world, 'sub/out.csv');
    await world.restart({ isHeld: false });
    expect(await world.ended(jobId)).toMatchObject({ status: 'completed' });
    expect(readFileSync(path.join(sub, 'out.csv'), 'utf8')).toContain('Inside');
  });

  it('shows no file that took the place of the one it wrote', async () => {
    const { world, sub, outside } = await openGround();
    await world.restart({ isHeld: false });
    writeFileSync(path.join(outside, 'out.csv'), SECRET);
    const exporting = {
      resource: resourceNamed('customer'),
      filters: {},
      filePath: 'sub/out.csv',
      overwrite: true,
      dialect: 'standard',
    } as const;
    const { job } = await world.service.export(exporting, new AbortController().signal);
    renameSync(sub, `${sub}-away`);
    symlinkSync(outside, sub);
    const shown = await world.service.shortExportText(job);
    expect(shown).toContain('name');
    expect(shown).not.toContain('Secret');
  });
});
