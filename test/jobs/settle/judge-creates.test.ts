/**
 * Lost creates beside new records: adopted, named by a number, absent or nobody knows. The rule is that one
 * differing field makes no stranger of a record. The rest of the rule is in likeness.test.ts and settle.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { judgeAllCreates } from '../../../src/jobs/settle/judge-creates.js';
import type { Evidence } from '../../../src/jobs/settle/judge-lost-writes.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import type { Resource } from '../../../src/resources/definition/resource.js';
import type { Step } from '../../../src/model/item.js';
import type { Json, RecordImage } from '../../../src/model/record.js';
import { contactImage, createStep, itemOf } from '../support/images.js';

type Fields = Record<string, Json>;

/** The verdict on each body, in order; `id` of the record that it got. */
async function judged(
  bodies: readonly Fields[],
  strangers: readonly RecordImage[],
  more: Partial<Evidence> & { shape?: Resource } = {},
): Promise<string[]> {
  const { shape = customer, ...rest } = more;
  const look = {
    unowned: strangers,
    byId: new Map(),
    inFlight: [],
    altered: new Set<string>(),
    unresolvedElsewhere: [],
  };
  const items = bodies.map((body, index) => {
    const step: Step = { kind: 'create', collection: shape.collection, id: null, body };
    return itemOf([step], { seq: index + 1 });
  });
  const found = await judgeAllCreates(items, { ...look, ...rest }, { shape, clock: systemClock });
  return items.map((item) => {
    const verdict = found.find((each) => each.item === item)?.verdict;
    if (verdict === undefined) return 'later';
    const image = 'image' in verdict ? verdict.image : null;
    return image === null ? verdict.kind : `${verdict.kind} ${image.id}`;
  });
}

const body = (fields: Fields): Fields => createStep(fields).body;
const K1 = body({ name: 'Ærø', contactNo: 'K1', phone: '20 20 20 20' });
const held = (id: string, fields: Fields): RecordImage =>
  contactImage(id, { name: 'Ærø', contactNo: 'K1', phone: '20202020', ...fields });

describe('a lost create', () => {
  it('adopts the record that Billy keeps in its own spelling', async () => {
    expect(await judged([K1], [held('r1', {})])).toEqual(['happened r1']);
  });

  it('is named by a number where somebody has edited the rest', async () => {
    expect(await judged([K1], [held('r1', { street: 'Vej 1' })])).toEqual(['named r1']);
    expect(await judged([K1], [held('r1', { name: 'Ny', phone: '99' })])).toEqual(['named r1']);
  });

  it('is no more than adopted where only what Billy is known to alter differs', async () => {
    const altered = new Set(['phone']);
    expect(await judged([K1], [held('r1', { phone: '+45-20' })], { altered })).toEqual([
      'happened r1',
    ]);
  });

  it.each([
    ['two records share the number', [held('r1', { street: 'A' }), held('r2', { street: 'B' })]],
    ['its number is another', [held('r1', { contactNo: 'K9', street: 'A' })]],
    ['only the name is shared', [contactImage('r1', { name: 'ærø ' })]],
  ])('is not decided where %s', async (_why, strangers) => {
    expect(await judged([K1], strangers)).toEqual(['undecidable']);
  });

  it('is absent where nothing new shares a number, an e-mail or the name', async () => {
    expect(await judged([K1], [contactImage('r1', { name: 'Andre', phone: '20202020' })])).toEqual([
      'absent',
    ]);
  });

  it('leaves a number to nobody that two lost creates have', async () => {
    const twin = { ...K1, name: 'Anden' };
    expect(await judged([K1, twin], [held('r1', { street: 'A' })])).toEqual([
      'undecidable',
      'undecidable',
    ]);
  });

  it('does not miss the record that another one has by its number', async () => {
    const other = body({ name: 'Ærø', contactNo: 'K2' });
    expect(await judged([K1, other], [held('r1', { street: 'A' })])).toEqual([
      'named r1',
      'absent',
    ]);
  });

  it('waits while a create of the same name or number is under way', async () => {
    const underWay = [body({ name: 'Ærø' })];
    const strangers = [held('r1', { contactNo: null, street: 'A' })];
    expect(await judged([K1], strangers, { inFlight: underWay })).toEqual(['later']);
    expect(await judged([K1], [], { inFlight: underWay })).toEqual(['absent']);
  });

  it('is not decided where the record may be that of another job that never knew', async () => {
    const contested = [{ ...K1 }];
    expect(
      await judged([K1], [held('r1', { street: 'A' })], { unresolvedElsewhere: contested }),
    ).toEqual(['undecidable']);
  });
});

describe('a lost invoice', () => {
  const sent = {
    contactId: 'c1',
    entryDate: '2026-01-31',
    state: 'draft',
    lines: [
      { productId: 'v1', quantity: 2, unitPrice: 100 },
      { productId: 'v2', quantity: 1, unitPrice: 50 },
    ],
  };
  const made = (more: Record<string, unknown>) => imageOf({ id: 'i1', ...sent, ...more }, invoice);

  it.each([
    ['as it was sent', {}, 'happened i1'],
    ['with a message', { contactMessage: 'Hej' }, 'undecidable'],
    [
      'with one line changed',
      { lines: [sent.lines[0], { ...sent.lines[1], unitPrice: 60 }] },
      'undecidable',
    ],
    [
      'with other lines of the same amount',
      { lines: [{ productId: 'v9', quantity: 5, unitPrice: 50 }] },
      'undecidable',
    ],
    ['of another day', { entryDate: '2026-02-01' }, 'absent'],
    ['of another contact', { contactId: 'c2' }, 'absent'],
    [
      'of other lines and amounts',
      { lines: [{ productId: 'v9', quantity: 1, unitPrice: 5 }] },
      'absent',
    ],
  ])('beside one %s', async (_what, more, verdict) => {
    expect(await judged([sent], [made(more)], { shape: invoice })).toEqual([verdict]);
  });
});
