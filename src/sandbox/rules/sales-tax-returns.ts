/** VAT returns: Billy creates them, people settle them (billy-api.md section 18). */
import {
  day,
  flag,
  oneOf,
  readonly,
  text,
  UNKNOWN_FIELD,
  wholeNumber,
  type ResourceRule,
} from '../world/model.js';

export const salesTaxReturns: ResourceRule = {
  plural: 'salesTaxReturns',
  singular: 'salesTaxReturn',
  verbs: ['list', 'get', 'update'],
  hasOrganization: true,
  fields: {
    createdTime: readonly(text),
    periodType: readonly(oneOf(['monthly', 'quarterly', 'semiyearly', 'yearly'])),
    period: readonly(text),
    periodText: text,
    correctionNo: readonly(wholeNumber),
    startDate: readonly(day),
    endDate: readonly(day),
    reportDeadline: day,
    isSettled: flag,
    isPaid: readonly(flag),
    ...UNKNOWN_FIELD,
  },
  sorts: ['createdTime', 'startDate', 'endDate', 'reportDeadline', 'period', 'periodText'],
};
