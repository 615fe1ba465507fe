/** Saved column mappings: whose they are, what wins over them, and when a start is the same one. */
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import { checkSaving } from '../../../src/jobs/service/saved-mappings.js';
import { JobService } from '../../../src/jobs/service/service.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, type World } from '../../support/engine-world.js';

const MAPPING = { Klient: 'name', Nr: 'contactNo' };
const CSV = 'Klient,Nr\nAlfa,1';
const NAMED: StartOptions = { mapping: 'webshop' };

/** A world where a start has saved the mapping. */
async function saved(mapping: Record<string, string> = MAPPING): Promise<World> {
  const world = await calmWorld();
  const options = { columnMapping: mapping, saveMappingAs: 'webshop' };
  const view = await world.imported('Klient,Nr\nFørste,0', options);
  expect(view.outcomes.created).toBe(1);
  return world;
}

describe('a saved mapping', () => {
  it('reads a later file as the one that taught it', async () => {
    const world = await saved();
    const view = await world.imported(CSV, NAMED);
    expect(view).toMatchObject({ outcomes: { created: 1 }, warnings: [] });
    expect(world.held('contacts')).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ name: 'Alfa', contactNo: '1' })]) as object,
    );
  });

  it('passes over headers that this file lacks, and columns that it names itself', async () => {
    const world = await saved();
    const csv = 'Firma,Nr\nBeta,2';
    const view = await world.imported(csv, { ...NAMED, columnMapping: { Firma: 'name' } });
    expect(view.outcomes).toMatchObject({ created: 1, failed: 0 });
  });

  it('gives way to the mapping of the start, and both are saved under a new name', async () => {
    const world = await saved();
    const columnMapping = { Nr: 'ean' };
    const options = { ...NAMED, columnMapping, saveMappingAs: 'ny' };
    await world.imported('Klient,Nr\nGamma,5790000000005', options);
    const gamma = world.held('contacts').find(({ name }) => name === 'Gamma');
    expect(gamma).toMatchObject({ ean: '5790000000005', contactNo: null });
    const name = { organizationId: String(gamma?.['organizationId']), resourceType: 'customer' };
    const held = (of: string) => world.store.findMapping({ ...name, name: of });
    expect(await held('ny')).toEqual({ ...MAPPING, ...columnMapping });
    expect(await held('webshop')).toEqual(MAPPING);
  });

  it('is unknown to other resources', async () => {
    const world = await saved();
    const start = world.start({ csvContent: 'Klient,Nr\nA,1' }, NAMED, { resource: 'product' });
    await expect(start).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('of a name that nobody saved is refused, and nothing is begun', async () => {
    const world = await calmWorld();
    await expect(world.startImport(CSV, NAMED)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      hint: expect.stringContaining('saveMappingAs') as string,
    });
    expect(world.writes()).toEqual([]);
  });

  it('is not saved by a start that was refused', async () => {
    const world = await calmWorld();
    const options = { columnMapping: { Findesikke: 'name' }, saveMappingAs: 'webshop' };
    await expect(world.startImport(CSV, options)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(world.startImport(CSV, NAMED)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('that cannot be saved costs the started job nothing', async () => {
    const world = await calmWorld();
    const failing = { saveMapping: () => Promise.reject(new Error('the disk hiccups')) };
    const service = new JobService({ ...world.parts, store: { ...world.store, ...failing } });
    const options = { columnMapping: { Klient: 'name' }, saveMappingAs: 'webshop' };
    const request = { resource: resourceNamed('customer'), operation: 'import', options } as const;
    const input = { csvContent: 'Klient\nAlfa\n' };
    await expect(service.start({ ...request, input })).rejects.toThrow('hiccups');
    const organizationId = (await world.account.current(undefined)).id;
    const { jobs } = await world.store.listJobs({ organizationIds: [organizationId], limit: 9 });
    const view = await world.ended(jobs[0]?.id ?? '');
    expect(view).toMatchObject({ status: 'completed', outcomes: { created: 1 } });
  });

  it('is of its time: a running job reads on as it began', async () => {
    const world = await saved();
    await world.restart({ isHeld: true });
    const job = await world.startImport(CSV, NAMED);
    const options = { columnMapping: { Klient: 'address', Nr: 'name' }, saveMappingAs: 'webshop' };
    await world.startImport('Klient,Nr\nVej 1,Delta', options);
    await world.restart({ isHeld: false });
    await world.ended(job.id);
    const names = world.held('contacts').map(({ name }) => name);
    expect(names).toContain('Alfa');
    expect(names).not.toContain('1');
  });
});

describe('the same start', () => {
  it('is told by what the mapping says, not by its name', async () => {
    const world = await saved();
    const first = await world.imported(CSV, NAMED);
    expect((await world.startImport(CSV, NAMED)).id).toBe(first.id);
    const other = { columnMapping: MAPPING, saveMappingAs: 'andet navn' };
    await world.imported('Klient,Nr\nFørste,0', { ...other, force: true });
    expect((await world.startImport(CSV, { mapping: 'andet navn' })).id).toBe(first.id);
  });

  it('is another one once the mapping says something else', async () => {
    const world = await saved();
    const first = await world.imported(CSV, NAMED);
    const options = { columnMapping: { Klient: 'name', Nr: 'phone' }, saveMappingAs: 'webshop' };
    await world.imported('Klient,Nr\nFørste,0', options);
    const second = await world.startImport(CSV, NAMED);
    expect(second.id).not.toBe(first.id);
    await world.ended(second.id);
  });

  it('is the same wherever its mapping was said', async () => {
    const world = await calmWorld();
    const options = { columnMapping: MAPPING, saveMappingAs: 'webshop' };
    const first = await world.startImport(CSV, options);
    await world.ended(first.id);
    expect((await world.startImport(CSV, NAMED)).id).toBe(first.id);
    const { contacts } = world.sandboxState().records;
    expect(contacts).toHaveLength(1);
  });
});

describe('saving', () => {
  it('needs something to save', () => {
    expect(() => {
      checkSaving({ saveMappingAs: 'x' });
    }).toThrow('no mapping to save');
    for (const more of [{ columnMapping: {} }, { mapping: 'y' }]) {
      expect(() => {
        checkSaving({ saveMappingAs: 'x', ...more });
      }).not.toThrow();
    }
  });
});
