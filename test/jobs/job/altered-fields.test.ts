/** Fields that Billy's answers hold otherwise than they were sent (src/jobs/job/altered-fields.ts). */
import { describe, expect, it } from 'vitest';
import {
  alteredBy,
  AlteredFields,
  knownAltered,
  rememberAltered,
} from '../../../src/jobs/job/altered-fields.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import type { Step } from '../../../src/model/item.js';
import { readJob } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork } from '../../support/engine-world.js';
import { createStep, updateStep } from '../support/images.js';

const PERSON = { name: 'Anna', email: 'Anna@Ko.example', isPrimary: true };

function answerOf(collection: string, record: Record<string, unknown>, beside = {}) {
  const whole = { id: 'r1', ...record };
  return { record: whole, records: { [collection]: [whole], ...beside }, deleted: {} };
}

describe('what an answer holds otherwise than sent', () => {
  const step = createStep({ name: 'Ærø', phone: '20 20 20 20', contactPersons: [PERSON] });

  it('is named field by field, and by relation for children', () => {
    const persons = [{ id: 'p1', contactId: 'r1', ...PERSON, email: 'anna@ko.example' }];
    const sent = { ...step.body, contactPersons: undefined };
    const answer = answerOf(
      'contacts',
      { ...sent, phone: '20202020' },
      { contactPersons: persons },
    );
    expect(alteredBy(step, answer, customer)).toEqual([
      { field: 'phone', isSpelling: true },
      { field: 'contactPersons', isSpelling: false },
    ]);
  });

  it('is nothing where the answer tells nothing, or the same', () => {
    const { phone, ...told } = step.body;
    expect(alteredBy(step, answerOf('contacts', told), customer)).toEqual([]);
    expect(alteredBy(step, answerOf('contacts', { ...told, phone }), customer)).toEqual([]);
    const persons = [{ id: 'p1', contactId: 'r1', ...PERSON }];
    const whole = answerOf('contacts', { ...told, phone }, { contactPersons: persons });
    expect(alteredBy(step, whole, customer)).toEqual([]);
    // Billy itself gave the contact a person: none was sent.
    expect(alteredBy(createStep({ name: 'Ærø' }), whole, customer)).toEqual([]);
  });

  it('is seen in updates, and in children that are written alone', () => {
    const update = updateStep('r1', { phone: '20 20 20 20', street: 'Vej 1' });
    const answer = answerOf('contacts', { phone: '20202020', street: 'Vej 1' });
    expect(alteredBy(update, answer, customer)).toEqual([{ field: 'phone', isSpelling: true }]);
    const price: Step = {
      kind: 'create',
      collection: 'productPrices',
      id: null,
      body: { productId: 'v1', unitPrice: 10.6, currencyId: 'DKK' },
    };
    const rounded = answerOf('productPrices', { unitPrice: 11, currencyId: 'DKK' });
    expect(alteredBy(price, rounded, product)).toEqual([{ field: 'unitPrice', isSpelling: true }]);
  });

  it('is said once, and remembered where spelling does not explain it', async () => {
    const world = await calmWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    const altered = new AlteredFields(context);
    for (let time = 0; time < 2; time += 1) {
      await altered.add([
        { field: 'phone', isSpelling: true },
        { field: 'street', isSpelling: false },
      ]);
    }
    expect(altered.fields).toEqual(new Set(['street']));
    expect(await knownAltered(context)).toEqual(new Set(['street']));
    const { warnings } = await readJob(context);
    expect(warnings).toMatchObject([
      { code: 'FIELD_ALTERED', message: expect.stringContaining('phone, street') as string },
    ]);
  });

  it('is remembered for the organization, whichever job saw it', async () => {
    const world = await calmWorld({ isHeld: true });
    const first = await openWork(world, await world.startImport('name\nAlfa'));
    await rememberAltered(first, ['phone']);
    await world.store.releaseLease({ lease: first.lease });
    const second = await openWork(world, await world.startImport('name\nBeta'));
    expect(await knownAltered(second)).toEqual(new Set(['phone']));
  });
});
