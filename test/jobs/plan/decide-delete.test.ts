/** What a row of a deletion comes to, before anything is sent; and that a dry run foretells just that. */
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../../src/jobs/snapshot/candidates.js';
import { RecordUses } from '../../../src/jobs/snapshot/record-uses.js';
import { decideDelete } from '../../../src/jobs/plan/decide-delete.js';
import type { Rules, Surroundings } from '../../../src/jobs/plan/decision.js';
import { entryOf } from '../../../src/jobs/snapshot/snapshot.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import type { Cells, Resource } from '../../../src/resources/definition/resource.js';
import type { RecordImage } from '../../../src/model/record.js';
import { lookupsWith } from '../../resources/support/account.js';
import type { World } from '../../support/engine-world.js';
import {
  deleted,
  plantCustomers,
  plantDraft,
  plantProducts,
  startDeletion,
} from '../support/deletions.js';
import { contactImage } from '../support/images.js';
import { stormWorld } from '../support/storm.js';

interface Scene {
  readonly resource?: Resource;
  readonly images: readonly RecordImage[];
  readonly uses?: readonly string[];
  readonly archives?: boolean;
  /** Of these an earlier row of the file says the same. */
  readonly touched?: readonly string[];
}

/** Three invoices and a bill use each of these. */
function usesOf(ids: readonly string[]): RecordUses {
  const uses = new RecordUses();
  for (const collection of ['invoices', 'invoices', 'invoices', 'bills']) uses.add(collection, ids);
  return uses;
}

function around(scene: Scene): Surroundings {
  const { resource = customer, images, uses = [], archives = false, touched = [] } = scene;
  const rules: Rules = {
    resource,
    lookups: lookupsWith(),
    operation: 'delete',
    strategy: 'skip',
    matchOrder: resource.matchOrder,
    archivesIfInUse: archives,
  };
  const entries = images.map((image) =>
    entryOf(resource, image, touched.includes(image.id) ? 1 : null),
  );
  const candidates = new Candidates(entries);
  return { rules, candidates, uses: usesOf(uses), made: new Map() };
}

function actOn(scene: Scene, cells: Cells) {
  return decideDelete([{ row: 2, cells }], around(scene)).action;
}

const ANNA = contactImage('c1', { name: 'Anna', contactNo: 'K1', registrationNo: '13748136' });
const BO = contactImage('c2', { name: 'Bo', contactNo: 'K2', registrationNo: '13748136' });
const BOTH = { images: [ANNA, BO] };

describe('a row of a deletion', () => {
  it('takes away the record that its id names, children and all', () => {
    expect(actOn(BOTH, { id: 'c2' })).toMatchObject({
      kind: 'write',
      outcome: 'deleted',
      recordId: 'c2',
      steps: [{ kind: 'remove', collection: 'contacts', id: 'c2' }],
      before: BO,
    });
  });

  it('finds it by a key, the stronger first', () => {
    expect(actOn(BOTH, { contactNo: 'K1' })).toMatchObject({ recordId: 'c1' });
    const both = { contactNo: 'K2', vatNo: '13 74 81 36' };
    expect(actOn(BOTH, both)).toMatchObject({ recordId: 'c2' });
  });

  it('fails when several fit, and guesses nothing', () => {
    expect(actOn(BOTH, { vatNo: 'DK13748136' })).toMatchObject({
      outcome: 'failed',
      code: 'DUPLICATE_AMBIGUOUS',
    });
  });

  it.each([{ id: 'none' }, { contactNo: 'K9' }, { id: '', contactNo: '' }])(
    'is skipped when it names nothing that is there (%j)',
    (cells) => {
      expect(actOn(BOTH, cells)).toMatchObject({ outcome: 'skipped', code: null, recordId: null });
    },
  );

  it('is skipped when an earlier row names the same record', () => {
    const scene = { ...BOTH, touched: ['c1'] };
    expect(actOn(scene, { contactNo: 'K1' })).toMatchObject({ outcome: 'skipped', recordId: 'c1' });
    expect(actOn(scene, { id: 'c2' })).toMatchObject({ outcome: 'deleted' });
  });

  it('may say what it likes beside the names: nothing else is read', () => {
    const odd = { name: '', country: 'Langtbortistan', isArchived: 'måske' };
    expect(actOn(BOTH, { contactNo: 'K1', ...odd })).toMatchObject({ outcome: 'deleted' });
  });

  it('with an id is not held up by odd keys beside it, as an export of odd records has them', () => {
    const odd = { vatNo: 'ikke et nummer', ean: '123', email: 'ingen' };
    expect(actOn(BOTH, { id: 'c1', ...odd })).toMatchObject({ outcome: 'deleted', recordId: 'c1' });
  });

  it('without an id fails for a key that cannot be read, rather than fall back on a weaker one', () => {
    const act = actOn(BOTH, { ean: '123', vatNo: '13748136' });
    expect(act).toMatchObject({ outcome: 'failed', code: 'ROW_INVALID', field: 'ean' });
  });
});

describe('what is in use', () => {
  const used = { ...BOTH, uses: ['c1'] };

  it('fails, and says by what it is used and what would archive it', () => {
    expect(actOn(used, { id: 'c1' })).toMatchObject({
      outcome: 'failed',
      code: 'BILLY_VALIDATION',
      message:
        'the record is in use by 3 invoices and 1 bill; options.archiveIfInUse archives such records instead',
    });
  });

  it('is archived when that is asked for, by one change', () => {
    expect(actOn({ ...used, archives: true }, { id: 'c1' })).toMatchObject({
      outcome: 'archived',
      steps: [{ kind: 'update', collection: 'contacts', id: 'c1', body: { isArchived: true } }],
      before: ANNA,
      after: { fields: { isArchived: true } },
      note: 'the record is in use by 3 invoices and 1 bill; it is archived instead',
    });
  });

  it('is unchanged when it is archived already', () => {
    const image = contactImage('c1', { name: 'Anna', isArchived: true });
    const scene = { images: [image], uses: ['c1'], archives: true };
    expect(actOn(scene, { id: 'c1' })).toMatchObject({ outcome: 'unchanged', recordId: 'c1' });
  });

  it('is deleted all the same when nothing uses it, archived or not', () => {
    const image = contactImage('c1', { name: 'Anna', isArchived: true });
    expect(actOn({ images: [image], archives: true }, { id: 'c1' })).toMatchObject({
      outcome: 'deleted',
    });
  });
});

describe('an invoice', () => {
  const drawn = (state: string) => imageOf({ id: 'i1', state, invoiceNo: '7', lines: [] }, invoice);
  const scene = (state: string) => ({ resource: invoice, images: [drawn(state)], archives: true });

  it('is deleted as a draft, by id or number', () => {
    expect(actOn(scene('draft'), { id: 'i1' })).toMatchObject({ outcome: 'deleted' });
    expect(actOn(scene('draft'), { invoiceNo: '7' })).toMatchObject({ outcome: 'deleted' });
  });

  it.each(['approved', 'voided'])('that is %s is never deleted', (state) => {
    expect(actOn(scene(state), { id: 'i1' })).toMatchObject({
      outcome: 'failed',
      code: 'BILLY_VALIDATION',
      message: expect.stringContaining('credit note') as string,
    });
  });
});

describe('a dry run', () => {
  /** One of everything: free, used, used and archived, not there, twice. */
  async function mixed(world: World): Promise<string[]> {
    const [free = '', used = '', archived = ''] = await plantCustomers(world, 3, (no) => ({
      isArchived: no === 3,
    }));
    const [productId = ''] = await plantProducts(world, 1);
    for (const contactId of [used, archived]) await plantDraft(world, { contactId, productId });
    return [free, used, archived, 'none', free];
  }

  it.each([true, false])('foretells what the run does (archiveIfInUse: %s)', async (archives) => {
    const world = await stormWorld();
    const ids = await mixed(world);
    const before = JSON.stringify(world.sandboxState());
    const options = { archiveIfInUse: archives };
    const dry = await deleted(world, ids, { options: { ...options, dryRun: true } });
    expect(JSON.stringify(world.sandboxState())).toBe(before);
    const run = await deleted(world, { dryRunJobId: dry.id });
    const told = async (id: string) =>
      (await world.items(id)).map(({ outcome, recordId, code }) => ({ outcome, recordId, code }));
    expect(await told(run.id)).toEqual(await told(dry.id));
    expect(run.outcomes).toEqual(dry.outcomes);
    expect(dry.outcomes.deleted).toBe(1);
  });

  it('that is overtaken fails the rows that changed, and deletes no other', async () => {
    const world = await stormWorld();
    const [first = '', second = ''] = await plantCustomers(world, 2);
    const dry = await startDeletion(world, [first, second], { options: { dryRun: true } });
    await world.ended(dry.id);
    world.sandbox.control.thirdParty({ action: 'edit', id: first, changes: { phone: '99' } });
    const run = await deleted(world, { dryRunJobId: dry.id });
    expect(run.outcomes).toMatchObject({ deleted: 1, failed: 1 });
    expect(run.errors).toMatchObject([{ row: 2, code: 'PLAN_STALE' }]);
    expect(world.held('contacts')).toMatchObject([{ id: first }]);
  });
});
