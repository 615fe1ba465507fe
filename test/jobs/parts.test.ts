// What the service's functions share: finding a job for its own organization alone, and file work.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFolderOf, findJob } from '../../src/jobs/parts.js';
import { calmWorld, type World } from '../support/engine-world.js';

const FOREIGN_ID = 'f'.repeat(32);

/** A job of this organization, and one of another organization in the same store. */
async function worldWithForeignJob(): Promise<{ world: World; jobId: string }> {
  const world = await calmWorld({ isHeld: true });
  const job = await world.startImport('name\nA\n');
  await world.store.createJob({ ...job, id: FOREIGN_ID, organizationId: 'another' });
  return { world, jobId: job.id };
}

describe('findJob', () => {
  it('finds a job of the token’s organization', async () => {
    const { world, jobId } = await worldWithForeignJob();
    const job = await findJob(world.parts, jobId);
    expect(job.id).toBe(jobId);
    expect((await findJob(world.parts, jobId, job.organizationId)).id).toBe(jobId);
  });

  it('does not tell another organization’s job from none', async () => {
    const { world } = await worldWithForeignJob();
    const unknown = findJob(world.parts, 'none').catch((error: unknown) => error);
    const foreign = findJob(world.parts, FOREIGN_ID).catch((error: unknown) => error);
    expect(await unknown).toMatchObject({ code: 'JOB_NOT_FOUND' });
    expect(await foreign).toEqual(await unknown);
  });

  it('refuses a named organization that is not the token’s', async () => {
    const { world, jobId } = await worldWithForeignJob();
    await expect(findJob(world.parts, jobId, 'another')).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
  });

  it('works while Billy is away', async () => {
    const { world, jobId } = await worldWithForeignJob();
    world.sandbox.control.setDown(true);
    expect((await findJob(world.parts, jobId)).id).toBe(jobId);
  });
});

describe('another organization’s job', () => {
  const code = 'JOB_NOT_FOUND';
  const signal = new AbortController().signal;
  const waiting = { seconds: 0, signal, onProgress: () => undefined };

  it.each([
    ['status', (world: World) => world.service.status(FOREIGN_ID, waiting)],
    ['job', (world: World) => world.service.job(FOREIGN_ID)],
    ['cancel', (world: World) => world.service.cancel(FOREIGN_ID, 'me')],
    [
      'rollback',
      (world: World) => world.service.rollback(FOREIGN_ID, { dryRun: false, reason: null, signal }),
    ],
    ['report', (world: World) => world.service.report(FOREIGN_ID, { scope: 'all' })],
    ['reportText', (world: World) => world.service.reportText(FOREIGN_ID, 'all')],
    ['a start by its plan', (world: World) => world.start({ dryRunJobId: FOREIGN_ID })],
  ])('is out of reach of %s', async (_name, ask) => {
    const { world } = await worldWithForeignJob();
    await expect(ask(world)).rejects.toMatchObject({ code });
    const foreign = await world.store.getJob({ jobId: FOREIGN_ID });
    expect(foreign).toMatchObject({ status: 'pending', cancelRequested: false });
  });

  it('is in no list and no statistics', async () => {
    const { world, jobId } = await worldWithForeignJob();
    const { jobs, statistics } = await world.service.list({ limit: 10 });
    expect(jobs.map(({ id }) => id)).toEqual([jobId]);
    expect(statistics).toEqual({ pending: 1 });
  });
});

describe('targetFor', () => {
  it('is the real path of a file that may be written', async () => {
    const world = await calmWorld({ isHeld: true });
    const path = await world.parts.targetFor('out.csv', { overwrite: false });
    expect(path).toBe(join(world.folder, 'out.csv'));
    expect(existsSync(path)).toBe(false);
  });

  it('is refused where a file lies already, unless that may go', async () => {
    const world = await calmWorld({ isHeld: true });
    const path = join(world.folder, 'out.csv');
    writeFileSync(path, 'mine');
    await expect(world.parts.targetFor(path, { overwrite: false })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      hint: expect.stringContaining('overwrite') as string,
    });
    expect(await world.parts.targetFor(path, { overwrite: true })).toBe(path);
  });

  it('is refused outside the allowed folders', async () => {
    const world = await calmWorld({ isHeld: true });
    for (const path of ['/tmp/x.csv', '../x.csv', join(world.dataDir, 'x.csv')]) {
      await expect(world.parts.targetFor(path, { overwrite: true })).rejects.toMatchObject({
        code: 'PATH_NOT_ALLOWED',
      });
    }
  });
});

describe('writeTarget', () => {
  async function* content(): AsyncGenerator<string> {
    yield await Promise.resolve('name\n');
  }

  it('writes for the owner alone, over nothing that is there unless that may go', async () => {
    const world = await calmWorld({ isHeld: true });
    const path = join(world.folder, 'out.csv');
    await world.parts.writeTarget({ path, overwrite: false }, content());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = world.parts.writeTarget({ path, overwrite: false }, content());
    await expect(again).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await world.parts.writeTarget({ path, overwrite: true }, content());
  });

  it('judges the path anew', async () => {
    const world = await calmWorld({ isHeld: true });
    for (const [path, code] of [
      [join(world.dataDir, 'x.csv'), 'PATH_NOT_ALLOWED'],
      [join(world.folder, 'run.sh'), 'INPUT_INVALID'],
      [join(world.folder, 'gone', 'x.csv'), 'FILE_NOT_FOUND'],
    ] as const) {
      const writing = world.parts.writeTarget({ path, overwrite: true }, content());
      await expect(writing).rejects.toMatchObject({ code });
    }
  });
});

describe('removeFile', () => {
  it('removes a file, and does not mind one that is gone', async () => {
    const world = await calmWorld({ isHeld: true });
    const path = join(world.folder, 'x');
    writeFileSync(path, '');
    await world.parts.removeFile(path);
    await world.parts.removeFile(path);
    expect(existsSync(path)).toBe(false);
  });
});

describe('exportFolderOf', () => {
  it('is another one for each organization', async () => {
    const world = await calmWorld({ isHeld: true });
    const folder = exportFolderOf(world.dataDir, 'one');
    expect(folder.startsWith(world.dataDir)).toBe(true);
    expect(folder).not.toBe(exportFolderOf(world.dataDir, 'two'));
  });
});
