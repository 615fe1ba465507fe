/** Which record of a bulk answer is whose (src/jobs/send/match-answers.ts). */
import { describe, expect, it } from 'vitest';
import type { BulkAnswer, WireRecord } from '../../../src/billy/types.js';
import type { Alteration } from '../../../src/jobs/job/altered-fields.js';
import { matchAnswers, type Altered } from '../../../src/jobs/send/match-answers.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import { shuffled, seededRandom } from '../../../src/sandbox/world/seeded-random.js';
import type { ItemRecord, Step } from '../../../src/model/item.js';
import type { Json } from '../../../src/model/record.js';
import { calmWorld, openWork } from '../../support/engine-world.js';
import { createStep, itemOf } from '../support/images.js';

async function held(): Promise<JobContext> {
  const world = await calmWorld({ isHeld: true });
  return openWork(world, await world.startImport('name\nAlfa'));
}

type Fields = Readonly<Record<string, Json>>;

const creates = (...all: Fields[]): ItemRecord[] =>
  all.map((fields, index) => itemOf([createStep(fields)], { seq: index + 1 }));

/** What Billy holds of these bodies, `more` over it; children beside it in a list of their own. */
function answerOf(
  bodies: readonly Fields[],
  more: readonly Fields[] = [],
): BulkAnswer & { ids: string[] } {
  const contacts: WireRecord[] = [];
  const contactPersons: WireRecord[] = [];
  for (const [index, body] of bodies.entries()) {
    const id = `r${String(index)}`;
    const { contactPersons: persons = [], ...fields } = {
      ...createStep(body).body,
      ...more[index],
    };
    contacts.push({ id, ...fields });
    for (const [at, person] of (persons as readonly Fields[]).entries()) {
      contactPersons.push({ id: `p${String(index)}${String(at)}`, contactId: id, ...person });
    }
  }
  const loose = shuffled(contacts, seededRandom(3));
  return {
    answers: bodies.map(() => null),
    loose,
    records: { contacts: loose, contactPersons },
    deleted: {},
    ids: contacts.map(({ id }) => id),
  };
}

class Heard implements Altered {
  readonly fields = new Set<string>();
  add(alterations: readonly Alteration[]): Promise<void> {
    for (const { field } of alterations) this.fields.add(field);
    return Promise.resolve();
  }
}

async function tied(
  items: readonly ItemRecord[],
  answer: BulkAnswer,
  more: { heard?: Altered; context?: JobContext } = {},
): Promise<(string | null)[]> {
  const { heard = new Heard(), context = await held() } = more;
  const answers = await matchAnswers(context, { items, answer }, heard);
  return answers.map((one) => one?.record.id ?? null);
}

const person = (email: string): Fields => ({ contactPersons: [{ name: 'Anna', email }] as never });
const BODIES: Fields[] = [
  { name: 'Alfa', ...person('a@ko.example') },
  { name: 'Alfa', ...person('b@ko.example') },
  { name: 'Alfa' },
  { name: 'Beta', phone: '11' },
  { name: 'Beta' },
];

describe('records that carry no name', () => {
  it('are known by what they say, children too, in whatever order', async () => {
    const answer = answerOf(BODIES);
    expect(await tied(creates(...BODIES), answer)).toEqual(answer.ids);
  });

  it('go to equal rows one each', async () => {
    const twins = [{ name: 'Tvilling' }, { name: 'Tvilling' }, { name: 'Tvilling' }];
    const all = await tied(creates(...twins), answerOf(twins));
    expect([...all].sort()).toEqual(['r0', 'r1', 'r2']);
    const fewer = await tied(creates(...twins), answerOf(twins.slice(1)));
    expect(fewer.filter((id) => id === null)).toHaveLength(1);
    expect(new Set(fewer).size).toBe(3);
    // One more than was sent: whose it is nobody knows.
    const more = await tied(creates(...twins.slice(1)), answerOf(twins));
    expect(more).toEqual([null, null]);
  });

  it('are nobody’s where the answer leaves the row out', async () => {
    const answer = answerOf(BODIES.slice(1));
    expect(await tied(creates(...BODIES), answer)).toEqual([null, 'r0', 'r1', 'r2', 'r3']);
  });

  it('leave those alone that the answer has tied itself', async () => {
    const answer = answerOf(BODIES);
    const [first] = answer.records['contacts'] ?? [];
    const record = { id: 'elsewhere' };
    const answers = [{ record, records: {}, deleted: {} }, ...answer.answers.slice(1)];
    const loose = answer.loose.filter(({ id }) => id !== 'r0');
    expect(first).toBeDefined();
    const all = await tied(creates(...BODIES), { ...answer, answers, loose });
    expect(all).toEqual(['elsewhere', 'r1', 'r2', 'r3', 'r4']);
  });

  it('never are what was there before, or somebody’s', async () => {
    const world = await calmWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    const image = { id: 'r0', fields: {}, children: {} };
    await context.store.putSnapshot({
      ...{ jobId: context.jobId, lease: context.lease, layer: 'before' },
      entries: [{ recordId: 'r0', image, keys: [], changedByRow: null }],
    });
    const twins = [{ name: 'Tvilling' }, { name: 'Tvilling' }];
    const all = await tied(creates(...twins), answerOf(twins), { context });
    expect([...all].sort()).toEqual([null, 'r1'].sort());
  });
});

describe('records that Billy has altered', () => {
  const phones = ['11', '22', '33'].map((phone) => ({ name: `Kunde ${phone}`, phone }));

  it('go to the row that is nearest', async () => {
    const more = phones.map(({ phone }) => ({ phone: `+45 ${phone}` }));
    const heard = new Heard();
    expect(await tied(creates(...phones), answerOf(phones, more), { heard })).toEqual([
      'r0',
      'r1',
      'r2',
    ]);
    expect([...heard.fields]).toEqual([]);
  });

  it('go to nobody where two are as near, and what is altered proves nothing from then on', async () => {
    const long = ['A', 'B'].map((end) => ({ name: `Et meget langt navn ${end}`, phone: '11' }));
    const cut = long.map(() => ({ name: 'Et meget langt navn' }));
    const heard = new Heard();
    expect(await tied(creates(...long), answerOf(long, cut), { heard })).toEqual([null, null]);
    expect([...heard.fields]).toEqual(['name']);
  });

  it('go to nobody where a row is missing, or nothing is alike', async () => {
    const more = phones.map(({ phone }) => ({ phone: `+45 ${phone}` }));
    const heard = new Heard();
    const fewer = answerOf(phones.slice(1), more.slice(1));
    expect(await tied(creates(...phones), fewer, { heard })).toEqual([null, null, null]);
    expect([...heard.fields]).toEqual(['phone']);
    const strange = { type: 'person', name: 'x', phone: '9', isCustomer: null, countryId: 'SE' };
    const quiet = new Heard();
    const [first = {}] = phones;
    expect(await tied(creates(first), answerOf([first], [strange]), { heard: quiet })).toEqual([
      null,
    ]);
    expect([...quiet.fields]).toEqual([]);
  });
});

describe('children', () => {
  const add = (contactId: string, email: string): ItemRecord => {
    const body = { contactId, email, name: 'Anna' };
    const step: Step = { kind: 'create', collection: 'contactPersons', id: null, body };
    return itemOf([step], { recordId: contactId });
  };

  it('belong to the row of their parent; where that is not told, to nobody', async () => {
    const items = [add('c1', 'a@ko.example'), add('c2', 'a@ko.example'), add('c3', 'x@ko.example')];
    const loose = [
      { id: 'p2', contactId: 'c2', email: 'a@ko.example' },
      { id: 'p1', contactId: 'c1', email: 'a@ko.example' },
      { id: 'p3', email: 'x@ko.example' },
    ];
    const records = { contactPersons: loose };
    const answer = { answers: [null, null, null], loose, records, deleted: {} };
    expect(await tied(items, answer)).toEqual(['p1', 'p2', null]);
  });
});
