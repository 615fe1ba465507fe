/** Debtors and creditors of Uniconta, in Danish and in English. */
import type { Preset } from './preset.js';

const SOURCE = 'Uniconta support, "Debitor" and "Debtor": the description of the fields';

export const UNICONTA: readonly Preset[] = [
  {
    system: 'Uniconta, debitorer og kreditorer',
    source: SOURCE,
    resources: ['customer', 'supplier'],
    marks: ['Konto', 'Kontonavn'],
    headers: { Konto: 'contactNo', Kontonavn: 'name', Gruppe: null, Momszone: null },
  },
  {
    system: 'Uniconta, debtors and creditors',
    source: SOURCE,
    resources: ['customer', 'supplier'],
    marks: ['Account', 'Account name'],
    headers: { Account: 'contactNo', 'Account name': 'name', 'City name': 'city' },
  },
];
