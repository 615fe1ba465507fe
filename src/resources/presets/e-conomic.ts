/** Customers, suppliers and products of e-conomic. */
import type { Preset } from './preset.js';

const SOURCE = 'e-conomic wiki, import of customers: Kundegruppe, Betalingsbetingelse, MomsZone';

export const E_CONOMIC: readonly Preset[] = [
  {
    system: 'e-conomic, kunder',
    source: SOURCE,
    resources: ['customer'],
    marks: ['Nr.', 'Navn', 'Kundegruppe'],
    headers: { 'Nr.': 'contactNo', Momszone: null, Kundegruppe: null },
  },
  {
    system: 'e-conomic, leverandører',
    source: SOURCE,
    resources: ['supplier'],
    marks: ['Nr.', 'Navn', 'Leverandørgruppe'],
    headers: { 'Nr.': 'contactNo', Momszone: null, Leverandørgruppe: null },
  },
  {
    system: 'e-conomic, varer',
    source: SOURCE,
    resources: ['product'],
    marks: ['Nr.', 'Navn', 'Varegruppe'],
    headers: { 'Nr.': 'productNo', Varegruppe: null },
  },
];
