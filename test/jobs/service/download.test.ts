// Files of jobs as streams: what is in them, and that a reader who leaves holds nothing open.
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { purgeDue } from '../../../src/jobs/service/purge.js';
import type { Download } from '../../../src/jobs/service/download.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, type World } from '../../support/engine-world.js';

const CSV = 'name,email\nNord ApS,nord@example.dk\nSyd ApS,ikke en adresse\n';
const NEVER = new AbortController().signal;
const DAY_MS = 24 * 3_600_000;

async function bytesOf({ chunks }: Download): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const chunk of chunks) read.push(Buffer.from(chunk));
  return Buffer.concat(read);
}

async function exported({ service }: World): Promise<string> {
  const request = { overwrite: false, dialect: 'standard', filters: {} } as const;
  const { result } = await service.export(
    { ...request, resource: resourceNamed('customer') },
    NEVER,
  );
  return result?.filename ?? '';
}

/** The files below the folder that this process holds open. */
async function openIn(folder: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const paths = await Promise.all(
    descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
  );
  return paths.filter((each) => each.startsWith(`${folder}${path.sep}`));
}

describe('an export as a stream', () => {
  it('has the size and the bytes of the file', async () => {
    const world = await calmWorld();
    const filename = await exported(world);
    const download = await world.service.exportDownload(filename);
    const bytes = await bytesOf(download);
    expect(download).toMatchObject({ filename, sizeBytes: bytes.length });
    expect(bytes.toString('utf8')).toBe(await world.service.exportText(filename));
  });

  it.each(['', '.', '../jobs.sqlite', 'a/b.csv', 'report-x.csv', 'x'.repeat(300)])(
    'named %j is not found',
    async (name) => {
      const world = await calmWorld();
      await expect(world.service.exportDownload(name)).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
      });
    },
  );
});

describe.skipIf(!existsSync('/proc/self/fd'))('a reader who leaves', () => {
  it('holds no file open, of an export or of an archive', async () => {
    const world = await calmWorld();
    const filename = await exported(world);
    const { id } = await world.imported(CSV.repeat(5000).replaceAll('\nname,email\n', '\n'));
    const ask = { scope: null, dialect: 'standard' } as const;
    const downloads = [
      await world.service.exportDownload(filename),
      await world.service.archiveDownload(id, ask),
    ];
    for (const { chunks } of downloads) {
      expect((await chunks.next()).done).toBe(false);
      await chunks.return(undefined);
    }
    // One that was never begun holds nothing either.
    await (await world.service.archiveDownload(id, ask)).chunks.return(undefined);
    const folders = ['exports', 'sources'].map((name) => path.join(world.dataDir, name));
    for (const folder of folders) {
      await expect.poll(() => openIn(folder), { interval: 5 }).toEqual([]);
    }
  });
});

describe('the report and the archive of a job', () => {
  it('are gone once its rows are', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    const { store, clock, log } = world;
    const later = { ...clock, nowMs: () => clock.nowMs() + 91 * DAY_MS };
    const { files } = world.parts;
    const parts = { store, log, files, clock: { ...clock, ...later }, retentionDays: 90 };
    expect(await purgeDue(parts, NEVER)).toBe(1);
    const dialect = 'standard';
    const gone = { code: 'JOB_STATE' };
    const report = world.service.reportDownload(id, { scope: 'all', dialect, format: 'csv' });
    await expect(report).rejects.toMatchObject(gone);
    const archive = world.service.archiveDownload(id, { scope: null, dialect });
    await expect(archive).rejects.toMatchObject(gone);
  });

  it('of an export hold the exported file instead of rows', async () => {
    const world = await calmWorld();
    await exported(world);
    const { jobs } = await world.service.list({ operation: 'export', limit: 1 });
    const archive = await world.service.archiveDownload(jobs[0]?.id ?? '', {
      scope: null,
      dialect: 'da',
    });
    const text = (await bytesOf(archive)).toString('latin1');
    expect(text).toContain('export/customers-');
    expect(text).not.toContain('report-all.csv');
  });
});
