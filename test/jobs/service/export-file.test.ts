// Exporting for a caller who waits.
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { LIMITS } from '../../../src/core/limits.js';
import type { ExportRequest } from '../../../src/jobs/service/start-job.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, type World } from '../../support/engine-world.js';
import { storedFolder } from '../../support/stored-files.js';

function exportOf(world: World, signal: AbortSignal, more: Partial<ExportRequest> = {}) {
  const resource = resourceNamed('customer');
  const request = { resource, filters: {}, overwrite: false, dialect: 'standard' } as const;
  return world.service.export({ ...request, ...more }, signal);
}

describe('the text of an export', () => {
  it('that cannot be read is a failure, and no missing file', async () => {
    const world = await calmWorld({ sandbox: { contacts: 1 } });
    const { job, result } = await exportOf(world, new AbortController().signal);
    const filename = result?.filename ?? '';
    const path = join(storedFolder(world.dataDir, 'exports', job.organizationId), filename);
    rmSync(path);
    await expect(world.service.exportText(filename)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    // A link to itself fails as a disk does that is there and cannot be read.
    symlinkSync(filename, path);
    await expect(world.service.exportText(filename)).rejects.toMatchObject({
      code: 'PATH_NOT_ALLOWED',
    });
  });
});

describe('the text beside the result of an export', () => {
  it('is left out where a few rows are too long for an answer', async () => {
    const world = await calmWorld();
    const plant = (name: string, street: string): Promise<string> =>
      world.plant('contacts', { name, street, countryId: 'DK', isCustomer: true });
    await plant('Kort', 'Vej 1');
    const { signal } = new AbortController();
    const short = await exportOf(world, signal);
    expect(await world.service.shortExportText(short.job)).toContain('Kort');
    await plant('Lang', 'Vej'.repeat(LIMITS.exportInlineCharsMax / 3));
    const long = await exportOf(world, signal);
    expect(long.result).toMatchObject({ total: 2 });
    expect(await world.service.shortExportText(long.job)).toBeNull();
  });
});

describe('export', () => {
  it('hands out the result when it is done in time', async () => {
    const world = await calmWorld({ sandbox: { contacts: 20 } });
    const { job, result } = await exportOf(world, new AbortController().signal);
    expect(job.status).toBe('completed');
    expect(result?.total).toBeGreaterThan(0);
  });

  it('leaves a job behind when nobody waits any longer', async () => {
    const world = await calmWorld({ isHeld: true });
    const { job, result } = await exportOf(world, AbortSignal.abort());
    expect(result).toBeNull();
    await world.restart({ isHeld: false });
    expect(await world.ended(job.id)).toMatchObject({ status: 'completed', operation: 'export' });
  });

  it('says why it failed, as an error of its own', async () => {
    const world = await calmWorld({ isHeld: true });
    const failing = exportOf(world, new AbortController().signal).catch((error: unknown) => error);
    for (;;) {
      const { jobs } = await world.service.list({ limit: 1 });
      if (jobs.length > 0) break;
      await systemClock.sleep(5);
    }
    world.sandbox.control.revokeToken();
    await world.restart({ isHeld: false });
    expect(await failing).toMatchObject({ code: 'BILLY_AUTH', hint: expect.any(String) as string });
  });
});
