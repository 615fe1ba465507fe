/** Lost creates found by key: the verdicts of comparing all with all, in a fraction of the time. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { BodyIndex, contentOf, RecordIndex } from '../../../src/jobs/settle/content-index.js';
import { contentMatch } from '../../../src/jobs/settle/content-match.js';
import { EventLoopYielder } from '../../../src/core/event-loop.js';
import { judgeAllCreates } from '../../../src/jobs/settle/judge-creates.js';
import type { Evidence } from '../../../src/jobs/settle/judge-lost-writes.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOfBody } from '../../../src/resources/definition/record-image.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import { product } from '../../../src/resources/product/product.js';
import type { Resource } from '../../../src/resources/definition/resource.js';
import { pick, seededRandom, type Random } from '../../../src/sandbox/world/seeded-random.js';
import type { ItemRecord, Step } from '../../../src/model/item.js';
import type { Json, RecordImage } from '../../../src/model/record.js';
import { contactImage, createStep, itemOf } from '../support/images.js';
import { judgeOneByOne } from '../support/slow-judge.js';

type Body = Record<string, Json>;

const maybe = (random: Random, body: Body): Body => (random() < 0.5 ? body : {});

/** Few values, so that bodies repeat, contain and nearly equal each other. */
const BODIES: readonly [Resource, (random: Random) => Body][] = [
  [
    customer,
    (random) => ({
      ...createStep({ name: pick(random, ['Alfa', 'Beta']) }).body,
      ...maybe(random, { phone: pick(random, ['11 11 11 11', '22222222', '']) }),
      ...maybe(random, { contactNo: pick(random, ['K1', 'K2', 'K3', 'K4']) }),
      ...maybe(random, { registrationNo: pick(random, ['10000017', '10000025']) }),
      ...maybe(random, { currencyId: pick(random, ['DKK', 'EUR']) }),
      ...maybe(random, { paymentTermsDays: pick(random, [8, '8', 14]) }),
      ...maybe(random, {
        contactPersons: Array.from({ length: Math.floor(random() * 3) }, () => ({
          ...maybe(random, { name: pick(random, ['Anna', 'Bo']) }),
          email: pick(random, ['a@ko.example', 'b@ko.example']),
          ...maybe(random, { isPrimary: random() < 0.5 }),
        })),
      }),
    }),
  ],
  [
    product,
    (random) => ({
      name: pick(random, ['Vare', 'Ting']),
      ...maybe(random, { description: pick(random, ['God', '']) }),
      ...maybe(random, { productNo: pick(random, ['V1', 'V2', 'V3']) }),
      ...maybe(random, { isArchived: random() < 0.5 }),
      prices: [{ currencyId: 'DKK', unitPrice: pick(random, [10, '10.00', 12.5]) }],
    }),
  ],
  [
    invoice,
    (random) => ({
      contactId: pick(random, ['c1', 'c2']),
      entryDate: '2026-01-31',
      state: pick(random, ['draft', 'approved']),
      ...maybe(random, { invoiceNo: pick(random, ['1001', '1002', '1003']) }),
      ...maybe(random, { orderNo: 'O1' }),
      lines: [{ productId: 'v1', quantity: 1, unitPrice: pick(random, [100, '100.0', 200]) }],
    }),
  ],
];
const ALTERED = ['phone', 'contactPersons', 'description', 'prices', 'orderNo', 'lines'];

function lost(body: Body, seq: number, collection: string): ItemRecord {
  const step: Step = { kind: 'create', collection, id: null, body };
  return itemOf([step], { seq });
}

/** What Billy made of a body: as it is, or with a field left out, or kept in a form of its own. */
function madeOf(body: Body, id: string, at: { random: Random; resource: Resource }): RecordImage {
  const { random, resource } = at;
  const image = imageOfBody(id, body, resource);
  const field = pick(random, resource.fields);
  if (random() < 0.7) return image;
  const value = random() < 0.5 ? null : 'anders';
  return { ...image, fields: { ...image.fields, [field]: value } };
}

function scene(seed: number): { items: ItemRecord[]; look: Evidence; resource: Resource } {
  const random = seededRandom(seed);
  const [resource, bodyFor] = pick(random, BODIES);
  const many = (most: number): Body[] =>
    Array.from({ length: Math.floor(random() * most) }, () => bodyFor(random));
  const sent = [...many(9), ...many(4)];
  const items = sent.map((body, index) => lost(body, index + 1, resource.collection));
  const made = [...sent.filter(() => random() < 0.6), ...many(4)];
  const look = {
    unowned: made.map((body, index) => madeOf(body, `r${String(index)}`, { random, resource })),
    byId: new Map(),
    inFlight: many(random() < 0.3 ? 3 : 0),
    unresolvedElsewhere: many(random() < 0.3 ? 3 : 0),
    altered: new Set(ALTERED.filter(() => random() < 0.15)),
  };
  return { items, look, resource };
}

describe('the verdicts by key', () => {
  it('are those of comparing all with all', async () => {
    const kinds = new Map<string, number>();
    for (let seed = 1; seed <= 1000; seed += 1) {
      const { items, look, resource } = scene(seed);
      const how = { shape: resource, clock: systemClock };
      const judged = await judgeAllCreates(items, look, how);
      const expected = judgeOneByOne(items, look, resource);
      const verdicts = new Map(judged.map(({ item, verdict }) => [item, verdict]));
      const said = (all: typeof verdicts) => items.map((item) => all.get(item) ?? null);
      expect(said(verdicts), `seed ${String(seed)}`).toEqual(said(expected));
      for (const { verdict } of judged) {
        kinds.set(verdict.kind, (kinds.get(verdict.kind) ?? 0) + 1);
      }
      kinds.set('postponed', (kinds.get('postponed') ?? 0) + items.length - judged.length);
    }
    // The scenes hold every verdict, each many times.
    for (const kind of ['happened', 'named', 'absent', 'undecidable', 'postponed']) {
      expect(kinds.get(kind), kind).toBeGreaterThan(50);
    }
  });
});

const COUNT = 5000;
const email = (no: number): string => `k${String(no)}@ko.example`;

/** 5,000 lost creates and what Billy made of them, told apart by the one thing that is said. */
const CROWDS: readonly [string, (no: number) => [Body, RecordImage]][] = [
  [
    'by their names',
    (no) => {
      const name = `Kunde ${String(no)}`;
      return [createStep({ name }).body, contactImage(`r${String(no)}`, { name })];
    },
  ],
  [
    'by their e-mails',
    (no) => {
      const person = { name: 'Anna', email: email(no), isPrimary: true };
      const { body } = createStep({ name: 'Kunde', contactPersons: [person] });
      return [body, contactImage(`r${String(no)}`, { name: 'Kunde' }, [{ id: null, ...person }])];
    },
  ],
  [
    'by nothing',
    (no) => [createStep({ name: 'Kunde' }).body, contactImage(`r${String(no)}`, { name: 'Kunde' })],
  ],
];

describe('5,000 lost creates', () => {
  it.each(CROWDS)(
    'told apart %s are judged soon, and others have their turn',
    async (_name, make) => {
      const made = Array.from({ length: COUNT }, (_, index) => make(index));
      const items = made.map(([body], index) => lost(body, index + 1, 'contacts'));
      const strangers = made.map(([, image]) => image).reverse();
      const underWay = made.slice(0, 500).map(([body]) => ({ ...body, name: 'En anden' }));
      const look: Evidence = {
        ...{
          unowned: strangers,
          byId: new Map(),
          inFlight: underWay,
          unresolvedElsewhere: underWay,
        },
        altered: new Set(['fax']),
      };
      const held: number[] = [];
      let lastMs = systemClock.monotonicMs();
      const stop = systemClock.every(1, () => {
        held.push(systemClock.monotonicMs() - lastMs);
        lastMs = systemClock.monotonicMs();
      });
      const startMs = systemClock.monotonicMs();
      const how = { shape: customer, clock: systemClock };
      const judged = await judgeAllCreates(items, look, how);
      const tookMs = systemClock.monotonicMs() - startMs;
      stop();
      expect(judged.filter(({ verdict }) => verdict.kind === 'happened')).toHaveLength(COUNT);
      // Comparing all with all takes minutes. Generous bounds: others use this machine too.
      expect(tookMs).toBeLessThan(3000);
      expect(held.length).toBeGreaterThan(1);
      expect(Math.max(...held)).toBeLessThan(250);
    },
  );
});

describe('the indexes', () => {
  const compare = { altered: new Set<string>(), shape: customer };
  const body = createStep({ name: 'Alfa', phone: '11' }).body;
  const image = contactImage('r1', { name: 'Alfa', phone: '11' });
  const other = contactImage('r2', { name: 'Alfa', phone: '22' });

  it('find a record by what is said, and leave open what proves nothing', async () => {
    const records = [other, image];
    const find = (altered: ReadonlySet<string>) =>
      new RecordIndex(
        records,
        { altered, shape: customer },
        new EventLoopYielder(systemClock),
      ).find(body);
    expect(await find(new Set())).toEqual([image]);
    expect(await find(new Set(['phone']))).toEqual(records);
    expect(contentMatch(body, image, compare)).toBe('equal');
    expect(contentMatch(body, other, compare)).toBe('other');
  });

  it('know which bodies may have made a record', () => {
    const bodies = new BodyIndex(compare);
    bodies.add(body);
    bodies.add({ ...body });
    expect([bodies.mayHaveMade(image), bodies.mayHaveMade(other)]).toEqual([true, false]);
    expect(bodies.has(contentOf({ ...body }, compare.altered))).toBe(true);
    expect(bodies.has(contentOf({ ...body, phone: '22' }, compare.altered))).toBe(false);
  });
});
