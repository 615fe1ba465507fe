// Small records and items for the pure judges.
import { customer } from '../../../src/resources/contact/customer.js';
import type { ItemRecord, Step } from '../../../src/model/item.js';
import type { RecordImage, Scalar } from '../../../src/model/record.js';

export interface Person {
  readonly id: string | null;
  readonly name?: string;
  readonly email?: string;
  readonly isPrimary?: boolean;
}

export function contactImage(
  id: string,
  fields: Readonly<Record<string, Scalar>> = {},
  persons: readonly Person[] = [],
): RecordImage {
  const all = Object.fromEntries(customer.fields.map((field) => [field, null]));
  const basis = { type: 'company', countryId: 'DK', isCustomer: true };
  return {
    id,
    fields: { ...all, ...basis, ...fields },
    children: {
      contactPersons: persons.map(({ id: personId, ...rest }) => ({
        id: personId,
        fields: { name: null, email: null, isPrimary: false, ...rest },
      })),
    },
  };
}

export function createStep(fields: Step['body']): Step {
  const body = { type: 'company', countryId: 'DK', isCustomer: true, ...fields };
  return { kind: 'create', collection: 'contacts', id: null, body };
}

export function updateStep(id: string, body: Step['body']): Step {
  return { kind: 'update', collection: 'contacts', id, body };
}

export function itemOf(steps: readonly Step[], patch: Partial<ItemRecord> = {}): ItemRecord {
  return {
    jobId: 'job',
    seq: 1,
    row: 2,
    key: '',
    cells: [],
    problem: null,
    lines: [],
    groupKey: null,
    state: 'doubt',
    plan: { outcome: 'created', steps, changes: [] },
    step: 0,
    recordId: null,
    before: null,
    after: null,
    hasWritten: false,
    waitsFor: null,
    hasFollowers: false,
    needsPlan: false,
    attempts: 0,
    intentAtMs: 0,
    lostAtMs: 0,
    lookedAtMs: null,
    outcome: null,
    code: null,
    field: null,
    message: null,
    rollbackState: null,
    rollbackMessage: null,
    ...patch,
  };
}
