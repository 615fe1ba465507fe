/** What a rollback may do with one item: before, after and now, compared field by field. */
import { describe, expect, it } from 'vitest';
import {
  decideRollback,
  mayBeOutdated,
  type RollbackVerdict,
} from '../../../src/jobs/rollback/decide-rollback.js';
import { applyStep } from '../../../src/resources/definition/record-image.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import type { ItemRecord, Step } from '../../../src/model/item.js';
import type { RecordImage } from '../../../src/model/record.js';
import { contactImage, createStep, itemOf, updateStep, type Person } from '../support/images.js';

const ANNA: Person = { id: 'p1', name: 'Anna', email: 'anna@ko.example', isPrimary: true };
const FREE = { isUsed: false };

function judge(item: ItemRecord, now: RecordImage | null, isUsed = false): RollbackVerdict {
  return decideRollback(item, { now, isUsed }, customer);
}

function withFields(image: RecordImage, fields: RecordImage['fields']): RecordImage {
  return { ...image, fields: { ...image.fields, ...fields } };
}

describe('a created record', () => {
  const after = contactImage('c1', { name: 'Ærø', phone: '11' }, [ANNA]);
  const item = itemOf([createStep({ name: 'Ærø' })], { recordId: 'c1', after, hasWritten: true });

  it('is deleted when it is as the job left it', () => {
    expect(judge(item, after)).toEqual({ kind: 'delete', image: after });
  });

  it.each([
    ['other ids of its persons', contactImage('c1', after.fields, [{ ...ANNA, id: 'p9' }])],
    ['nulls left out', { ...after, fields: { name: 'Ærø', phone: '11', type: 'company' } }],
  ])('is as the job left it with %s', (_name, image) => {
    const now = { ...image, fields: { ...image.fields, countryId: 'DK', isCustomer: true } };
    expect(judge(item, now).kind).toBe('delete');
  });

  it('counts as undone when it is gone', () => {
    expect(judge(item, null).kind).toBe('done');
  });

  it.each([
    ['a field', withFields(after, { phone: '12' })],
    ['a field that the job never sent', withFields(after, { isSupplier: true })],
    ['an archived record', withFields(after, { isArchived: true })],
    ['a person', contactImage('c1', after.fields, [{ ...ANNA, email: 'x@ko.example' }])],
    ['one person more', contactImage('c1', after.fields, [ANNA, { id: 'p2', name: 'Bo' }])],
    ['one person less', contactImage('c1', after.fields, [])],
  ])('is kept when somebody changed %s', (_name, now) => {
    expect(judge(item, now).kind).toBe('keep');
  });

  it('is kept when it is used, changed or not', () => {
    expect(judge(item, after, true).kind).toBe('keep');
    expect(judge(item, withFields(after, { phone: '12' }), true).kind).toBe('keep');
  });

  it('is kept when it is not known how the job left it', () => {
    expect(judge({ ...item, after: null }, after).kind).toBe('keep');
  });
});

describe('a changed record', () => {
  const before = contactImage('c1', { name: 'Ærø', phone: '11' }, [ANNA]);
  const fields = updateStep('c1', { phone: '22', cityText: 'Odense' });
  const person: Step = {
    kind: 'update',
    collection: 'contactPersons',
    id: 'p1',
    body: { email: 'ny@ko.example' },
  };
  const steps = [fields, person];
  const after = steps.reduce((image, step) => applyStep(image, step, customer), before);
  const item = itemOf(steps, { recordId: 'c1', before, after, hasWritten: true });

  it('gets its earlier values back, the last step first', () => {
    const verdict = judge(item, after);
    expect(verdict).toEqual({
      kind: 'restore',
      image: before,
      steps: [
        { ...person, body: { email: 'anna@ko.example' } },
        { ...fields, body: { phone: '11', cityText: null } },
      ],
    });
  });

  it('is kept when it is used since, unless it has its earlier values already', () => {
    expect(judge(item, after, true).kind).toBe('keep');
    expect(judge(item, before, true).kind).toBe('done');
  });

  it('is done when it has its earlier values', () => {
    expect(judge(item, before).kind).toBe('done');
  });

  it('is kept when it is gone', () => {
    expect(judge(item, null).kind).toBe('keep');
  });

  it.each([
    ['a sent field', withFields(after, { phone: '33' })],
    ['a field that was not sent', withFields(after, { name: 'Andre' })],
    ['the e-mail', contactImage('c1', after.fields, [{ ...ANNA, email: 'x@ko.example' }])],
    ['the persons', contactImage('c1', after.fields, [])],
  ])('is kept when somebody changed %s', (_name, now) => {
    expect(judge(item, now).kind).toBe('keep');
  });

  it('goes on where a restore was broken off between its requests', () => {
    const half = applyStep(after, { ...person, body: { email: 'anna@ko.example' } }, customer);
    expect(judge(item, half)).toEqual({
      kind: 'restore',
      image: before,
      steps: [{ ...fields, body: { phone: '11', cityText: null } }],
    });
    const otherHalf = applyStep(after, updateStep('c1', { phone: '11', cityText: null }), customer);
    expect(judge(item, otherHalf)).toEqual({
      kind: 'restore',
      image: before,
      steps: [{ ...person, body: { email: 'anna@ko.example' } }],
    });
  });

  it('that ended half-way is restored from what was done', () => {
    const failed = { ...item, after: applyStep(before, fields, customer), step: 1 };
    const back = { ...fields, body: { phone: '11', cityText: null } };
    expect(judge(failed, failed.after)).toMatchObject({ kind: 'restore', steps: [back] });
  });

  it('gets its e-mail back, or is kept, when Billy has renewed the ids of the persons', () => {
    const now = contactImage('c1', after.fields, [{ ...ANNA, id: 'p9', email: 'ny@ko.example' }]);
    const verdict = judge(item, now);
    if (verdict.kind === 'keep') return;
    expect(verdict).toMatchObject({
      kind: 'restore',
      steps: [{ collection: 'contactPersons', id: 'p9', body: { email: 'anna@ko.example' } }, {}],
    });
  });
});

describe('an added child', () => {
  const before = contactImage('c1', { name: 'Ærø' }, [ANNA]);
  const body = { contactId: 'c1', name: 'Bo', email: 'bo@ko.example', isPrimary: false };
  const step: Step = { kind: 'create', collection: 'contactPersons', id: null, body };
  const BO: Person = { id: 'p2', name: 'Bo', email: 'bo@ko.example' };
  const after = contactImage('c1', { name: 'Ærø' }, [ANNA, BO]);
  const item = itemOf([step], { recordId: 'c1', before, after, hasWritten: true });
  const removed = (verdict: RollbackVerdict): (string | null)[] =>
    verdict.kind === 'restore' ? verdict.steps.map(({ id }) => id) : [];

  it('is removed, and no other', () => {
    const verdict = judge(item, after);
    expect(verdict.kind).toBe('restore');
    expect(removed(verdict)).toEqual(['p2']);
  });

  it('is removed when its id was not told', () => {
    const unnamed = contactImage('c1', { name: 'Ærø' }, [ANNA, { ...BO, id: null }]);
    expect(removed(judge({ ...item, after: unnamed }, after))).toEqual(['p2']);
  });

  it('is removed alone when somebody saved the record and Billy renewed every id', () => {
    const now = contactImage('c1', { name: 'Ærø' }, [
      { ...ANNA, id: 'p8' },
      { ...BO, id: 'p9' },
    ]);
    // Keeping the record would be right as well; removing Anna, who was there before, never is.
    expect(removed(judge(item, now))).not.toContain('p8');
  });

  it('of a product goes alike', () => {
    const price = { kind: 'create', collection: 'productPrices', id: null } as const;
    const image = (prices: readonly [string, string][]): RecordImage => ({
      id: 'v1',
      fields: { name: 'Vare' },
      children: {
        prices: prices.map(([id, currencyId]) => ({ id, fields: { unitPrice: 10, currencyId } })),
      },
    });
    const added = itemOf([{ ...price, body: { currencyId: 'EUR', unitPrice: 10 } }], {
      before: image([['q1', 'DKK']]),
      after: image([
        ['q1', 'DKK'],
        ['q2', 'EUR'],
      ]),
    });
    const verdict = decideRollback(
      added,
      {
        now: image([
          ['q1', 'DKK'],
          ['q2', 'EUR'],
        ]),
        ...FREE,
      },
      product,
    );
    expect(removed(verdict)).toEqual(['q2']);
    const renewed = image([
      ['q8', 'DKK'],
      ['q9', 'EUR'],
    ]);
    expect(removed(decideRollback(added, { now: renewed, ...FREE }, product))).not.toContain('q8');
  });
});

describe('a child that the job changed or added', () => {
  const before = contactImage('c1', { name: 'Ærø' }, [ANNA]);
  const change: Step = {
    kind: 'update',
    collection: 'contactPersons',
    id: 'p1',
    body: { email: 'ny@ko.example' },
  };
  const add: Step = {
    kind: 'create',
    collection: 'contactPersons',
    id: null,
    body: { contactId: 'c1', name: 'Bo', email: 'bo@ko.example' },
  };
  const stepsBack = (
    steps: readonly Step[],
    images: Pick<ItemRecord, 'before' | 'after'>,
    now: RecordImage,
  ) => {
    const verdict = judge(itemOf(steps, { recordId: 'c1', hasWritten: true, ...images }), now);
    return verdict.kind === 'restore' ? verdict.steps : verdict.kind;
  };

  it('needs no request where an earlier restore has come so far', () => {
    const after = withFields(applyStep(before, change, customer), { phone: '22' });
    const now = withFields(before, { phone: '22' });
    const steps = [updateStep('c1', { phone: '22' }), change];
    const back = [{ ...steps[0], body: { phone: null } }];
    expect(stepsBack(steps, { before, after }, now)).toEqual(back);
  });

  it('is left alone where the pictures do not show it', () => {
    const after = withFields(before, { phone: '22' });
    const unseen = { ...change, id: 'p7' };
    expect(stepsBack([unseen], { before, after }, after)).toEqual([]);
    expect(stepsBack([add], { before, after }, after)).toEqual([]);
  });

  it('is taken away under the id that it has now', () => {
    const after = contactImage('c1', { name: 'Ærø' }, [
      ANNA,
      { id: 'p2', name: 'Bo', email: 'bo@ko.example' },
    ]);
    const now = contactImage('c1', { name: 'Ærø' }, [
      { ...ANNA, id: 'p8' },
      { id: 'p9', name: 'Bo', email: 'bo@ko.example' },
    ]);
    expect(stepsBack([add], { before, after }, now)).toEqual([
      { kind: 'remove', collection: 'contactPersons', id: 'p9', body: {} },
    ]);
  });

  it('stays when it is not known how the job left the record', () => {
    const now = contactImage('c1', { name: 'Ærø' }, [{ ...ANNA, email: 'ny@ko.example' }]);
    expect(stepsBack([change], { before, after: null }, now)).toBe('keep');
  });
});

describe('a record that was adopted by a key alone', () => {
  it.each(['created', 'updated', 'merged'] as const)('stays as it is (%s)', (outcome) => {
    const after = contactImage('c1', { name: 'Ærø' });
    const before = outcome === 'created' ? null : contactImage('c1', { name: 'Ær' });
    const code = 'ADOPTED_BY_KEY';
    const item = itemOf([createStep({})], { recordId: 'c1', before, after, outcome, code });
    expect(judge(item, after)).toMatchObject({ kind: 'keep' });
    expect(judge(item, after)).not.toMatchObject({
      reason: 'the record was changed after the job',
    });
    expect(mayBeOutdated(judge(item, after))).toBe(false);
  });
});

describe('a property that no row knows', () => {
  const after = contactImage('c1', { name: 'Ærø', phone: '22' });
  const before = contactImage('c1', { name: 'Ærø', phone: '11' });
  const given = { ...after, others: { externalId: 'crm-7' } };
  const created = itemOf([createStep({})], { recordId: 'c1', after });
  const changed = itemOf([updateStep('c1', { phone: '22' })], { recordId: 'c1', before, after });

  it('that somebody gave since keeps the record', () => {
    expect(judge(created, given).kind).toBe('keep');
    expect(judge(changed, given).kind).toBe('keep');
    expect(judge({ ...created, after: given }, after).kind).toBe('keep');
  });

  it('that was there all the time does not, and stays', () => {
    const others = { externalId: 'crm-7' };
    expect(judge({ ...created, after: given }, given).kind).toBe('delete');
    const kept = { ...changed, before: { ...before, others }, after: given };
    expect(judge(kept, given)).toMatchObject({ steps: [{ body: { phone: '11' } }] });
    // Billy's answer to the change left it out, or a restore was broken off.
    expect(judge({ ...kept, after }, given).kind).toBe('restore');
  });

  it('that changes by itself proves nothing', () => {
    const seen = { now: given, isUsed: false, ignored: new Set(['externalId']) };
    expect(decideRollback(created, seen, customer).kind).toBe('delete');
    expect(decideRollback(changed, seen, customer).kind).toBe('restore');
  });
});

describe('what a rollback has sent itself', () => {
  const after = contactImage('c1', { name: 'Ærø' });
  const item = itemOf([createStep({})], { recordId: 'c1', after });
  const sent = (now: RecordImage | null): RollbackVerdict =>
    decideRollback(item, { now, isUsed: false, hasLost: true }, customer);

  it('is its own work when the record is gone or archived, and nobody else’s', () => {
    expect(sent(null)).toEqual({ kind: 'done', reason: null });
    expect(sent(withFields(after, { isArchived: true }))).toMatchObject({ kind: 'done' });
    expect(sent(withFields(after, { isArchived: true, phone: '1' })).kind).toBe('keep');
    expect(judge(item, withFields(after, { isArchived: true })).kind).toBe('keep');
  });
});

describe('an old list', () => {
  it('may be why there is nothing to undo, or why somebody seems to have been there', () => {
    const after = contactImage('c1', { name: 'Ærø' });
    const item = itemOf([createStep({})], { recordId: 'c1', after });
    expect(mayBeOutdated(judge(item, null))).toBe(true);
    expect(mayBeOutdated(judge(item, withFields(after, { phone: '1' })))).toBe(true);
    expect(mayBeOutdated(judge(item, after))).toBe(false);
    expect(mayBeOutdated(judge(item, after, true))).toBe(false);
  });
});
