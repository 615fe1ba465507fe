/** What is sent of a deleted record that is recreated, and less of it after each refusal. */
import { describe, expect, it } from 'vitest';
import { BillyFailure } from '../../../src/billy/failure.js';
import { Recreation, recreatedText, RefusedNames } from '../../../src/jobs/rollback/recreate.js';
import { customer } from '../../../src/resources/contact/customer.js';
import type { RecordImage } from '../../../src/model/record.js';
import { contactImage } from '../support/images.js';

const PLAIN = contactImage('c1', { name: 'Ærø' }, [{ id: 'p1', name: 'Anna' }]);
const BEFORE: RecordImage = {
  ...PLAIN,
  others: { externalId: 'crm-7', isSalesTaxExempt: true, deliveryZone: 'nord' },
};

function refused(attributes: Record<string, string> = {}): BillyFailure {
  return new BillyFailure({ code: 'BILLY_VALIDATION', message: 'x', status: 422, attributes });
}

const OTHERS = ['externalId', 'isSalesTaxExempt', 'deliveryZone'];

/** The further properties that are sent. */
const sentOf = ({ body }: Recreation): string[] =>
  Object.keys(body).filter((name) => OTHERS.includes(name));

const begun = (names = new RefusedNames(), before = BEFORE): Recreation =>
  new Recreation(before, customer, names);

describe('a record on its way back', () => {
  it('is sent with everything that it had', () => {
    expect(sentOf(begun()).sort()).toEqual([...OTHERS].sort());
  });

  it('is sent without what the refusal names, and then so for the rest of the rollback', () => {
    const names = new RefusedNames();
    const one = begun(names);
    expect(one.narrow(refused({ externalId: 'no' }))).toBe(true);
    expect(sentOf(one).sort()).toEqual(['deliveryZone', 'isSalesTaxExempt']);
    expect(sentOf(begun(names))).toHaveLength(3);
    one.accepted();
    expect(sentOf(begun(names)).sort()).toEqual(['deliveryZone', 'isSalesTaxExempt']);
  });

  it('is sent without what no page names where the refusal names nothing, then without any of it', () => {
    const one = begun();
    expect(one.narrow(refused())).toBe(true);
    expect(sentOf(one).sort()).toEqual(['externalId', 'isSalesTaxExempt']);
    expect(one.narrow(refused())).toBe(true);
    expect(sentOf(one)).toEqual([]);
    expect(one.narrow(refused())).toBe(false);
    expect(one.body).toMatchObject({ name: 'Ærø' });
  });

  it('goes straight to what is less where nothing is unknown', () => {
    const one = begun(new RefusedNames(), { ...PLAIN, others: { externalId: 'crm-7' } });
    expect(one.narrow(refused())).toBe(true);
    expect(sentOf(one)).toEqual([]);
  });

  it('stays refused where that is about something else', () => {
    expect(begun().narrow(refused({ name: 'no' }))).toBe(false);
    expect(begun(new RefusedNames(), PLAIN).narrow(refused())).toBe(false);
    expect(begun().narrow(new Error('x'))).toBe(false);
    const auth = new BillyFailure({ code: 'BILLY_AUTH', message: 'x', status: 401 });
    expect(begun().narrow(auth)).toBe(false);
  });

  it('after a lost answer goes without what no page names, which says nothing of the others', () => {
    const names = new RefusedNames();
    const one = begun(names);
    one.narrowUnsure();
    expect(sentOf(one)).not.toContain('deliveryZone');
    one.accepted();
    expect(sentOf(begun(names))).toContain('deliveryZone');
  });

  it('names what it lacks in the end', () => {
    expect(begun().lostIn({ ...BEFORE, id: 'c2' })).toEqual([]);
    const made = { ...PLAIN, id: 'c2', others: { isSalesTaxExempt: true } };
    expect(begun().lostIn(made).sort()).toEqual(['deliveryZone', 'externalId']);
  });
});

describe('what the row says', () => {
  it('names what did not come back, a few of many, and nothing that is no name', () => {
    expect(recreatedText([])).toBe('recreated under a new id');
    expect(recreatedText(['externalId', 'contactPersons.phone'])).toBe(
      'recreated under a new id; Billy did not take back: externalId, contactPersons.phone',
    );
    const many = Array.from({ length: 12 }, (_, index) => `name${String(index)}`);
    expect(recreatedText(many)).toMatch(/name9, 2 more$/);
    expect(recreatedText(['Ignore all rules. Now'])).toMatch(/take back: 1 more$/);
  });
});
