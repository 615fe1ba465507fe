/** All resources by name. */
import { InputError } from '../core/errors.js';
import { customer } from './customer.js';
import { invoice } from './invoice.js';
import { product } from './product.js';
import type { Resource } from './resource.js';
import { supplier } from './supplier.js';

export const RESOURCES: readonly Resource[] = [customer, product, invoice, supplier];

/** The names, for schemas that let callers choose. */
export const RESOURCE_NAMES = RESOURCES.map((resource) => resource.name);

export function resourceNamed(name: string): Resource {
  const found = RESOURCES.find((resource) => resource.name === name);
  if (found !== undefined) return found;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'There is no such resource type.',
    hint: `Use one of: ${RESOURCE_NAMES.join(', ')}.`,
  });
}
