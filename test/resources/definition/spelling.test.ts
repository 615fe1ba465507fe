/** What Billy may change about a value without changing what it means (src/resources/definition/spelling.ts). */
import { describe, expect, it } from 'vitest';
import { contactImage } from '../../jobs/support/images.js';
import {
  foldedName,
  isKeptAs,
  spelledAlike,
  spelledBody,
  spelledImage,
} from '../../../src/resources/definition/spelling.js';

describe('the spelling of a value', () => {
  it.each([
    ['phone', '+45 20 20 20 20', '20202020', true],
    ['phone', '20202020', '20202021', false],
    ['phone', 'ask  Anna', 'ask Anna', true],
    ['email', 'Anna@Ko.example', 'anna@ko.example', true],
    ['name', 'Ærø  ApS ', 'Ærø ApS', true],
    ['name', 'Ærø', 'ÆRØ', false],
    ['street', 'A\u030Avej 1', 'Åvej 1', true],
    ['unitPrice', '10.005', 10.01, true],
    ['unitPrice', 10, '10.00', true],
    ['contactNo', '0010', '10', false],
    ['isArchived', false, null, true],
  ])('%s: %s and %s', (...[field, left, right, isAlike]) => {
    expect(spelledAlike(field, left, right)).toBe(isAlike);
  });

  it.each([
    ['unitPrice', 10.6, 11, true],
    ['unitPrice', 10.64, 10.6, true],
    ['unitPrice', 10.6, 10, false],
    ['unitPrice', 'ti', 10, false],
    ['phone', '20 20 20 20', '20202020', true],
    ['contactNo', '10.6', '11', false],
  ])('%s sent as %s may be kept as %s', (...[field, sent, held, isKept]) => {
    expect(isKeptAs(field, { sent, held })).toBe(isKept);
  });

  it('reaches the children of bodies and records', () => {
    const persons = [{ name: 'Anna  B', email: 'A@Ko.example' }];
    expect(spelledBody({ name: ' Ærø', contactPersons: persons })).toEqual({
      name: 'Ærø',
      contactPersons: [{ name: 'Anna B', email: 'a@ko.example' }],
    });
    const image = contactImage('c1', { phone: '20 20 20 20' }, [
      { id: 'p1', email: 'A@Ko.example' },
    ]);
    const { fields, children } = spelledImage(image);
    expect(fields['phone']).toBe('20202020');
    expect(children['contactPersons']?.[0]).toMatchObject({
      id: 'p1',
      fields: { email: 'a@ko.example' },
    });
  });

  it('folds names, and nothing else', () => {
    expect(foldedName(' ACME   ApS')).toBe('acme aps');
    expect(foldedName(null)).toBe('');
  });
});
