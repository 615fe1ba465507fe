import { describe, expect, it } from 'vitest';
import {
  asCreated,
  differingOthers,
  OthersReader,
  sendableOthers,
  unknownNames,
  type OthersRule,
} from '../../../src/resources/definition/other-properties.js';

const RULE: OthersRule = {
  serverMade: ['isPaid'],
  writable: ['externalId', 'attachmentIds', 'exchangeRate'],
  defaults: { exchangeRate: 1 },
  unsendable: ['attachmentIds'],
};
const read = (record: object) => new OthersReader(RULE, ['name', 'lines']).read({ ...record });

describe('what is kept of a record', () => {
  it('is every property that nobody makes but people, known or not', () => {
    const own = { externalId: 'E1', isSalesTaxExempt: true, discount: 0, tags: ['a', 'b'] };
    expect(read({ id: 'c1', name: 'Ærø', lines: [], ...own })).toEqual({ others: own });
  });

  it.each([null, '', false, undefined, [], {}])('is not %j, which is empty', (externalId) => {
    expect(read({ externalId })).toEqual({});
  });

  it.each([
    ['id', 'c1'],
    ['organizationId', 'o1'],
    ['_clientId', 'x'],
    ['_rev', '7'],
    ['accessCode', 'abc'],
    ['createdTime', '2026-01-01T00:00:00'],
    ['updatedTime', '2026-01-01T00:00:00'],
    ['modifiedAt', '2026-01-01T00:00:00'],
    ['downloadUrl', 'abc'],
    ['lineIds', ['l1']],
    ['balance', 12],
    ['accountBalance', 12],
    ['totalSales', 12],
    ['invoiceCount', 3],
    ['version', 3],
    ['etag', 'abc'],
    ['isPaid', true],
    ['portal', 'https://billy.example/abc'],
    ['contact', { id: 'c1', name: 'Ærø' }],
    ['attachments', [{ id: 'a1' }]],
  ])('is not %s, which the server makes', (name, value) => {
    expect(read({ [name]: value })).toEqual({});
  });

  it.each(['format', 'flat', 'curl', 'blink', 'account', 'conversion', 'discount'])(
    'is %s, which only ends like a name of the server',
    (name) => {
      expect(read({ [name]: 'x' })).toEqual({ others: { [name]: 'x' } });
    },
  );

  it("is not the server's own default, and is any other value", () => {
    expect(read({ exchangeRate: 1 })).toEqual({});
    expect(read({ exchangeRate: '1' })).toEqual({});
    expect(read({ exchangeRate: 7.45 })).toEqual({ others: { exchangeRate: 7.45 } });
  });

  it('is a known name before its form says otherwise', () => {
    expect(read({ attachmentIds: ['a1'] })).toEqual({ others: { attachmentIds: ['a1'] } });
  });

  it('is the same however many names Billy has used before', () => {
    const reader = new OthersReader(RULE, ['name']);
    const many = Object.fromEntries(Array.from({ length: 1100 }, (_, at) => [`p${String(at)}`, 1]));
    expect(Object.keys(reader.read(many).others ?? {})).toHaveLength(1100);
    expect(reader.read({ late: 1, lateTime: 1, name: 'x' })).toEqual({ others: { late: 1 } });
  });
});

describe('further properties', () => {
  it('differ by name, an absent one being empty', () => {
    const held = { others: { externalId: 'E1', rate: 1 } };
    expect(differingOthers(held, held)).toEqual([]);
    expect(differingOthers({}, {})).toEqual([]);
    expect(differingOthers({}, held)).toEqual(['externalId', 'rate']);
    expect(differingOthers(held, { others: { externalId: 'E2', rate: '1' } })).toEqual([
      'externalId',
    ]);
  });

  it('are known or unknown, and may be sent or not', () => {
    const held = { others: { externalId: 'E1', attachmentIds: ['a1'], colour: 'red' } };
    expect(unknownNames(held, RULE)).toEqual(['colour']);
    expect(unknownNames({}, RULE)).toEqual([]);
    expect(sendableOthers(held, RULE, new Set(['colour']))).toEqual({ externalId: 'E1' });
    expect(sendableOthers({}, RULE, new Set())).toEqual({});
  });
});

describe('a record as a create of ours left it', () => {
  const rule = { serverMade: [], writable: ['externalId'] };
  const image = { id: 'r1', fields: { name: 'Ærø' }, children: {} };

  it('has nothing that only people write', () => {
    expect(asCreated({ ...image, others: { externalId: 'X1' } }, rule)).toEqual(image);
    const others = { externalId: 'X1', region: 'north' };
    expect(asCreated({ ...image, others }, rule)).toEqual({
      ...image,
      others: { region: 'north' },
    });
    expect(asCreated(image, rule)).toBe(image);
  });
});
