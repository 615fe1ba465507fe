/** What a look at Billy says about writes whose answer was lost: pure judgement, then the real thing. */
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/jobs/plan/plan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { systemClock } from '../../../src/core/clock.js';
import { judgeAllCreates } from '../../../src/jobs/settle/judge-creates.js';
import type { Evidence, Verdict } from '../../../src/jobs/settle/judge-lost-writes.js';
import type { MatchShape } from '../../../src/jobs/settle/content-match.js';
import { nextLook, settleRound, settleAll } from '../../../src/jobs/settle/settle.js';
import { changeItems, patchJob, type JobContext } from '../../../src/jobs/job/job-context.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import type { ItemRecord, Step } from '../../../src/model/item.js';
import type { RecordImage } from '../../../src/model/record.js';
import { openWork, type World } from '../../support/engine-world.js';
import { contactImage, createStep, itemOf } from '../support/images.js';
import { expectExact, stormWorld, twinsCsv } from '../support/storm.js';

type Seen = Evidence;

function seen(strangers: readonly RecordImage[], more: Partial<Seen> = {}): Seen {
  return {
    unowned: strangers,
    byId: new Map(),
    inFlight: [],
    altered: new Set(),
    unresolvedElsewhere: [],
    ...more,
  };
}

/** What is said of each, in order; null: nothing yet. */
async function judgeCreates(
  items: readonly ItemRecord[],
  look: Seen,
  shape: MatchShape,
): Promise<(Verdict | null)[]> {
  const judged = await judgeAllCreates(items, look, { shape, clock: systemClock });
  return items.map((item) => judged.find((each) => each.item === item)?.verdict ?? null);
}

const EMAIL = { name: 'Ærø', email: 'a@ko.example', isPrimary: true };
const SENT = { name: 'Ærø', phone: '11', contactPersons: [EMAIL] };
const IMAGE = contactImage('r1', { name: 'Ærø', phone: '11' }, [{ id: 'p1', ...EMAIL }]);

describe('lost creates of equal content', () => {
  const group = (count: number): ItemRecord[] =>
    Array.from({ length: count }, (_, index) => itemOf([createStep(SENT)], { seq: index + 1 }));
  const copies = (count: number): RecordImage[] =>
    Array.from({ length: count }, (_, index) => ({ ...IMAGE, id: `r${String(index)}` }));

  it.each([
    [1, 0, ['absent']],
    [1, 1, ['happened']],
    [3, 1, ['happened', 'absent', 'absent']],
    [3, 3, ['happened', 'happened', 'happened']],
    [1, 2, ['undecidable']],
    [2, 3, ['undecidable', 'undecidable']],
  ])('k = %i, c = %i', async (lost, found, kinds) => {
    const verdicts = await judgeCreates(group(lost), seen(copies(found)), customer);
    expect(verdicts.map((verdict) => verdict?.kind)).toEqual(kinds);
    const adopted = verdicts.flatMap((verdict) =>
      verdict?.kind === 'happened' ? [verdict.image?.id] : [],
    );
    expect(new Set(adopted).size).toBe(adopted.length);
  });

  it('are undecidable when another job lost the same content and never knew', async () => {
    const item = itemOf([createStep(SENT)]);
    const { body } = createStep(SENT);
    const contested = [body];
    const judged = (count: number) =>
      judgeCreates([item], seen(copies(count), { unresolvedElsewhere: contested }), customer);
    expect(await judged(1)).toEqual([{ kind: 'undecidable' }]);
    expect(await judged(0)).toEqual([{ kind: 'absent' }]);
  });

  it('are postponed while the same content is under way', async () => {
    const item = itemOf([createStep(SENT)]);
    const underWay = [createStep(SENT).body];
    expect(await judgeCreates([item], seen([IMAGE], { inFlight: underWay }), customer)).toEqual([
      null,
    ]);
    expect(await judgeCreates([], seen([IMAGE]), customer)).toEqual([]);
  });

  it('are postponed while a stranger may be that of a create that says more', async () => {
    const richer = createStep({ ...SENT, paymentTermsDays: 14 }).body;
    const image = { ...IMAGE, fields: { ...IMAGE.fields, paymentTermsDays: 14 } };
    const item = itemOf([createStep(SENT)]);
    const judged = async (underWay: (typeof richer)[]) =>
      (await judgeCreates([item], seen([image], { inFlight: underWay }), customer)).map(
        (each) => each?.kind ?? null,
      );
    expect(await judged([richer])).toEqual([null]);
    expect(await judged([])).toEqual(['happened']);
  });

  it('never take the record of one another, though one says less', async () => {
    const poorer = itemOf([createStep(SENT)], { seq: 1 });
    const richer = itemOf([createStep({ ...SENT, paymentTermsDays: 14 })], { seq: 2 });
    const image = { ...IMAGE, fields: { ...IMAGE.fields, paymentTermsDays: 14 } };
    const how = { shape: customer, clock: systemClock };
    const judged = await judgeAllCreates([poorer, richer], seen([image]), how);
    const kinds = judged.map(({ item, verdict }) => [item.seq, verdict.kind]);
    expect(kinds.sort()).toEqual([
      [1, 'absent'],
      [2, 'happened'],
    ]);
  });

  it('are undecidable where only what people change next differs', async () => {
    const body = {
      type: 'invoice',
      contactId: 'c1',
      entryDate: '2026-01-31',
      taxMode: 'excl',
      currencyId: 'DKK',
      state: 'draft',
      lines: [{ productId: 'v1', quantity: 1, unitPrice: 250 }],
    };
    const step: Step = { kind: 'create', collection: 'invoices', id: null, body };
    const held = (more: Record<string, unknown>): RecordImage =>
      imageOf({ ...body, id: 'i1', ...more }, invoice);
    const kindOf = async (image: RecordImage) =>
      (await judgeCreates([itemOf([step])], seen([image]), invoice))[0]?.kind;
    expect(await kindOf(held({}))).toBe('happened');
    expect(
      await kindOf(held({ lines: [{ productId: 'v1', quantity: '1.0', unitPrice: '250.00' }] })),
    ).toBe('happened');
    expect(await kindOf(held({ state: 'approved', invoiceNo: '1001' }))).toBe('undecidable');
    expect(await kindOf(held({ entryDate: '2026-02-01' }))).toBe('absent');
  });

  it.each([
    ['another name', { name: 'Andre' }],
    ['another phone', { phone: '12' }],
    ['no phone', { phone: null }],
    ['a city that was not sent', { cityText: 'Aarhus' }],
    ['a number that was not sent', { contactNo: 'K9' }],
    ['a VAT number that was not sent', { registrationNo: '13748136' }],
  ])(
    'do not take a record of the same name or e-mail with %s, nor send again',
    async (_name, fields) => {
      const other = { ...IMAGE, fields: { ...IMAGE.fields, ...fields } };
      const [verdict] = await judgeCreates([itemOf([createStep(SENT)])], seen([other]), customer);
      expect(verdict).toEqual({ kind: 'undecidable' });
    },
  );

  it.each([
    ['another e-mail', [{ id: 'p1', ...EMAIL, email: 'b@ko.example' }]],
    [
      'one person more',
      [
        { id: 'p1', ...EMAIL },
        { id: 'p2', name: 'Bo' },
      ],
    ],
    ['no person', []],
  ])('do not take a record of the same name with %s, nor send again', async (_name, persons) => {
    const other = contactImage('r1', { name: 'Ærø', phone: '11' }, persons);
    const [verdict] = await judgeCreates([itemOf([createStep(SENT)])], seen([other]), customer);
    expect(verdict).toEqual({ kind: 'undecidable' });
  });

  it('take a record that differs only in what Billy is known to leave out', async () => {
    const dropped = { ...IMAGE, fields: { ...IMAGE.fields, phone: null } };
    const altered = new Set(['phone']);
    const [verdict] = await judgeCreates(
      [itemOf([createStep(SENT)])],
      seen([dropped], { altered }),
      customer,
    );
    expect(verdict?.kind).toBe('happened');
  });

  it("do not take another row's record because Billy has altered that field somewhere", async () => {
    const other = { ...IMAGE, fields: { ...IMAGE.fields, name: 'En helt anden' } };
    const altered = new Set(['name']);
    const [verdict] = await judgeCreates(
      [itemOf([createStep(SENT)])],
      seen([other], { altered }),
      customer,
    );
    expect(verdict?.kind).not.toBe('happened');
  });

  it('do not take a record with a person where none was sent, nor send again', async () => {
    const sent = itemOf([createStep({ name: 'Ærø', phone: '11' })]);
    const verdicts = await judgeCreates([sent], seen([IMAGE]), customer);
    expect(verdicts).toEqual([{ kind: 'undecidable' }]);
  });

  it('take a record to which Billy has added its own defaults', async () => {
    const filled = { ...IMAGE, fields: { ...IMAGE.fields, localeId: 'da_DK', currencyId: 'DKK' } };
    const [verdict] = await judgeCreates([itemOf([createStep(SENT)])], seen([filled]), customer);
    expect(verdict?.kind).toBe('happened');
  });
});

/** A planned job in our hands, its phase as the engine would have it before the first request. */
async function plannedWork(world: World, csv: string, strategy = 'create'): Promise<JobContext> {
  const duplicateStrategy = strategy as 'create';
  const job = await world.startImport(csv, { duplicateStrategy });
  const context = await openWork(world, job);
  await scan(context);
  await plan(context);
  await patchJob(context, { phase: 'run', status: 'processing' });
  return context;
}

/** What a killed process leaves behind: the intent on disk. */
async function intend(context: JobContext, seqs: readonly number[], agoMs = 0): Promise<void> {
  const intentAtMs = context.clock.nowMs() - agoMs;
  await changeItems(
    context,
    seqs.map((seq) => ({ seq, from: ['ready'], patch: { state: 'sending', intentAtMs } })),
  );
}

async function commit(world: World, context: JobContext, seq: number): Promise<string> {
  const item = await context.store.getItem({ jobId: context.jobId, seq });
  const body = item?.plan?.steps[0]?.body;
  return world.plant('contacts', { ...body });
}

async function resumed(world: World, context: JobContext): Promise<void> {
  await context.store.releaseLease({ lease: context.lease });
  await world.restart({ isHeld: false });
  await world.ended(context.jobId);
}

describe('intents that a killed process left', () => {
  it.each([
    ['none saved', [] as number[]],
    ['the first saved', [1]],
    ['all saved', [1, 2, 3]],
  ])('end as one record each: %s', async (_name, saved) => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, 'name\nAlfa\nBeta\nGamma\nDelta');
    await intend(context, [1, 2, 3]);
    const ids: string[] = [];
    for (const seq of saved) ids.push(await commit(world, context, seq));
    await resumed(world, context);
    const view = await expectExact(world, context.jobId);
    expect(view.outcomes.created).toBe(4);
    const items = await world.items(context.jobId);
    expect(saved.map((seq) => items[seq - 1]?.recordId)).toEqual(ids);
  });

  it.each([0, 1, 2, 3])('of three equal rows, %i saved: the rest is sent', async (saved) => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, twinsCsv(5));
    await intend(context, [1, 2, 3]);
    for (let index = 0; index < saved; index += 1) await commit(world, context, 1);
    await resumed(world, context);
    const view = await expectExact(world, context.jobId);
    expect(view.outcomes.created).toBe(5);
    expect(world.writes().filter(({ clientId }) => clientId !== null)).toHaveLength(5 - saved);
  });

  it('are unknown, all of them, when a twin from elsewhere makes them undecidable', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, twinsCsv(2));
    await intend(context, [1, 2]);
    for (let index = 0; index < 3; index += 1) await commit(world, context, 1);
    await resumed(world, context);
    const view = await world.service.job(context.jobId);
    expect(view).toMatchObject({ status: 'completed', unknownItems: 2, successfulItems: 0 });
    expect(view.errors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN']);
    expect(world.held('contacts')).toHaveLength(3);
    expect(world.writes().filter(({ clientId }) => clientId !== null)).toEqual([]);
  });

  it('do not adopt what was there before the plan', async () => {
    const world = await stormWorld({ isHeld: true });
    await world.plant('contacts', { name: 'Alfa', countryId: 'DK', isCustomer: true });
    const [old] = world.held('contacts');
    const context = await plannedWork(world, 'name\nAlfa');
    await intend(context, [1]);
    await resumed(world, context);
    await expectExact(world, context.jobId, { before: [old?.id ?? ''] });
  });

  it('do not adopt what another job of this store made since', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, 'name\nAlfa\nBeta');
    await intend(context, [1]);
    const recordId = await commit(world, context, 1);
    // The second row made exactly this record, as far as the store knows.
    await changeItems(context, [
      {
        seq: 2,
        from: ['ready'],
        patch: { state: 'ended', outcome: 'created', recordId, hasWritten: true },
      },
    ]);
    await resumed(world, context);
    const [first] = await world.items(context.jobId);
    expect(first?.recordId).not.toBe(recordId);
    expect(world.held('contacts')).toHaveLength(2);
  });
});

describe('rows of which one says more than the other', () => {
  const CSV = 'name,phone,email\nAlfa,,\nAlfa,11223344,\nAlfa,11223344,alfa@ko.example';

  it.each([
    ['the richest', [3]],
    ['the middle one', [2]],
    ['the poorest', [1]],
    ['the poorest and the richest', [1, 3]],
    ['all', [1, 2, 3]],
  ])('each have a record of their own when all are lost and %s saved', async (_name, saved) => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, CSV);
    await intend(context, [1, 2, 3]);
    for (const seq of saved) await commit(world, context, seq);
    await resumed(world, context);
    const view = await expectExact(world, context.jobId);
    expect(view.outcomes.created).toBe(3);
    expect(
      world
        .held('contacts')
        .map(({ phone }) => phone)
        .sort(),
    ).toEqual(['11223344', '11223344', null].sort());
  });

  it('are told apart while the richer one is still under way', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, 'name,phone\nAlfa,\nAlfa,11223344');
    await intend(context, [1, 2]);
    await commit(world, context, 2);
    // The second row's answer is still on its way; the first one's was lost.
    const lostAtMs = context.clock.nowMs();
    await changeItems(context, [
      { seq: 1, from: ['sending'], patch: { state: 'doubt', lostAtMs } },
    ]);
    await settleRound(context);
    const item = await context.store.getItem({ jobId: context.jobId, seq: 1 });
    expect(item?.outcome).not.toBe('created');
  });
});

describe('settleAll', () => {
  it('looks twice before it says that nothing was saved, and finds what comes late', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, 'name\nAlfa\nBeta');
    await intend(context, [1, 2]);
    const settling = settleAll(context);
    await world.clock.sleep(context.settings.timeoutMs / 2);
    await commit(world, context, 2);
    await settling;
    expect(await nextLook(context)).toBeNull();
    const items = await world.items(context.jobId);
    expect(items.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['ready', 1],
      ['ended', 0],
    ]);
    expect(await settleRound(context)).toEqual([]);
  });

  it('fails a row that was lost three times and never saved', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, 'name\nAlfa');
    await changeItems(context, [{ seq: 1, from: ['ready'], patch: { attempts: 2 } }]);
    await intend(context, [1], 60_000);
    await settleAll(context);
    const [item] = await world.items(context.jobId);
    expect(item).toMatchObject({ outcome: 'failed', code: 'BILLY_SERVER', attempts: 3 });
  });

  it('leaves everything when the process stops', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await plannedWork(world, 'name\nAlfa');
    await intend(context, [1]);
    const stop = AbortSignal.abort();
    await settleAll({ ...context, stop });
    expect((await world.items(context.jobId))[0]?.state).toBe('doubt');
  });
});
