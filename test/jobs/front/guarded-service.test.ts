// Each role may call what the contract (section 6) gives it, and nothing else.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { guardedService } from '../../../src/jobs/front/guarded-service.js';
import { JobService, type Service } from '../../../src/jobs/service/service.js';
import { ROLES, type Role } from '../../../src/model/access.js';
import type { JobRecord } from '../../../src/model/job.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, type World } from '../../support/engine-world.js';

const NOBODYS = '0'.repeat(32);
const signal = new AbortController().signal;
const resource = resourceNamed('customer');

type Call = (service: Service, job: JobRecord) => Promise<unknown>;

/** Who may call a method, and a call of it. */
type Row = readonly [viewer: boolean, operator: boolean, admin: boolean, call: Call];

const READS = [true, true, true] as const;
const WORKS = [false, true, true] as const;

const XLSX = { dialect: 'standard', format: 'xlsx' } as const;
const noFile = (): Promise<never> => Promise.reject(new Error('nothing arrives'));

const TABLE: Readonly<Record<keyof Service, Row>> = {
  // Reads status, lists, reports and items.
  job: [...READS, (service) => service.job(NOBODYS)],
  jobVersion: [...READS, (service) => service.jobVersion(NOBODYS)],
  lastChangeOf: [...READS, (service) => service.lastChangeOf(NOBODYS)],
  visibleOrganizations: [...READS, (service) => service.visibleOrganizations(undefined)],
  status: [
    ...READS,
    (service) => service.status(NOBODYS, { seconds: 0, signal, onProgress: () => undefined }),
  ],
  list: [...READS, (service) => service.list({ limit: 10 })],
  statistics: [...READS, (service) => service.statistics(undefined)],
  items: [...READS, (service) => service.items(NOBODYS, { limit: 1 })],
  mappings: [...READS, (service) => service.mappings({})],
  organizations: [...READS, (service) => service.organizations({})],
  report: [...READS, (service) => service.report(NOBODYS, { scope: 'all' })],
  reportText: [...READS, (service) => service.reportText(NOBODYS, 'all')],
  reportDownload: [
    ...READS,
    (service) =>
      service.reportDownload(NOBODYS, { scope: 'all', dialect: 'standard', format: 'csv' }),
  ],
  archiveDownload: [
    ...READS,
    (service) => service.archiveDownload(NOBODYS, { scope: null, dialect: 'standard' }),
  ],
  template: [...READS, (service) => service.template('customer')],
  writeTemplate: [
    ...READS,
    (service) => service.writeTemplate({ name: 'customer', dialect: 'da' }),
  ],
  templateBytes: [...READS, (service) => service.templateBytes('customer', XLSX)],
  noteCall: [
    ...READS,
    (service) => service.noteCall({ tool: 't', args: {}, code: null, ms: 1, jobId: null }),
  ],
  // Also inspects, exports, starts, cancels, pauses, retries, rolls back.
  inspect: [
    ...WORKS,
    (service) => service.inspect({ csvContent: 'name\nA\n', resource, options: {} }),
  ],
  upload: [...WORKS, (service) => service.upload({ declaredBytes: 1, take: noFile })],
  requestUpload: [...WORKS, (service) => service.requestUpload({ fileName: 'a.csv' })],
  receiveAtAddress: [
    ...WORKS,
    (service) => service.receiveAtAddress({ secret: 'x', declaredBytes: 1, take: noFile }),
  ],
  inspectFolders: [...WORKS, (service) => service.inspectFolders()],
  export: [
    ...WORKS,
    (service) =>
      service.export(
        { resource, filters: {}, overwrite: false, dialect: 'da' },
        AbortSignal.abort(),
      ),
  ],
  startExport: [
    ...WORKS,
    (service) =>
      service.startExport({ resource, filters: {}, overwrite: false, dialect: 'standard' }),
  ],
  removeMapping: [
    ...WORKS,
    (service) => service.removeMapping({ resourceType: resource.name, name: 'ingen' }),
  ],
  shortExportText: [...WORKS, (service, job) => service.shortExportText(job)],
  exportBytes: [...WORKS, (service) => service.exportBytes('ingen.csv')],
  exportDownload: [...WORKS, (service) => service.exportDownload('ingen.csv')],
  exportText: [...WORKS, (service) => service.exportText('ingen.csv')],
  start: [
    ...WORKS,
    (service) =>
      service.start({ resource, operation: 'import', input: {}, options: { dryRun: true } }),
  ],
  cancel: [...WORKS, (service) => service.cancel(NOBODYS)],
  pause: [...WORKS, (service) => service.pause(NOBODYS)],
  resume: [...WORKS, (service) => service.resume(NOBODYS)],
  retry: [...WORKS, (service) => service.retry(NOBODYS)],
  rollback: [
    ...WORKS,
    (service) => service.rollback(NOBODYS, { dryRun: true, reason: null, signal }),
  ],
};

/** The code of the refusal, or that the service answered. */
async function endOf(call: Call, service: Service, job: JobRecord): Promise<string> {
  try {
    await call(service, job);
    return 'answered';
  } catch (error) {
    return error instanceof AppError ? error.code : (error as Error).constructor.name;
  }
}

function jobsIn({ store }: World) {
  return store.listWaitingOrganizations();
}

describe('a guarded service', () => {
  it.each(Object.entries(TABLE))('%s', async (_name, [viewer, operator, admin, call]) => {
    const world = await calmWorld({ isHeld: true });
    const { service } = world;
    const job = await world.startImport('name\nA\n');
    const open = await endOf(call, service, job);
    expect(open).not.toBe('FORBIDDEN');
    for (const [role, isAllowed] of [
      ['viewer', viewer],
      ['operator', operator],
      ['admin', admin],
    ] as const) {
      const end = await endOf(call, guardedService(service, { role }), job);
      expect([role, end]).toEqual([role, isAllowed ? open : 'FORBIDDEN']);
    }
  });

  it('has a row for every method of the service', () => {
    const methods = Object.getOwnPropertyNames(JobService.prototype);
    const offered = methods.filter((name) => name !== 'constructor').sort();
    expect(Object.keys(TABLE).sort()).toEqual(offered);
  });

  it('refuses before it looks: a job that exists is refused in the words of one that does not', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport('name\nA\n');
    const viewer = guardedService(world.service, { role: 'viewer' });
    const words = async (jobId: string): Promise<unknown> =>
      viewer.cancel(jobId).catch((error: unknown) => error);
    expect(await words(id)).toEqual(await words(NOBODYS));
    expect(await words(id)).toMatchObject({
      code: 'FORBIDDEN',
      message: 'This needs the role operator; this key or token has the role viewer.',
    });
    expect((await world.service.job(id)).status).toBe('pending');
  });

  it('starts nothing for a viewer, not even a dry run', async () => {
    const world = await calmWorld({ isHeld: true });
    const viewer = guardedService(world.service, { role: 'viewer' });
    const input = { csvContent: 'name\nA\n' };
    for (const dryRun of [true, false]) {
      const options = { dryRun };
      const started = viewer.start({ resource, operation: 'import', input, options });
      await expect(started).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await jobsIn(world)).toEqual([]);
    const operator = guardedService(world.service, { role: 'operator' });
    await operator.start({ resource, operation: 'import', input, options: {} });
    expect(await jobsIn(world)).toHaveLength(1);
  });

  it('gives nothing to a role that is none', async () => {
    const world = await calmWorld({ isHeld: true });
    const { service } = world;
    const job = await world.startImport('name\nA\n');
    const guarded = guardedService(service, { role: 'owner' as Role });
    expect(ROLES).not.toContain('owner');
    for (const [, , , call] of Object.values(TABLE)) {
      expect(await endOf(call, guarded, job)).toBe('FORBIDDEN');
    }
  });
});
