/** All resources by name. */
import { InputError } from '../core/errors.js';
import { customer } from './contact/customer.js';
import { invoice } from './invoice/invoice.js';
import { product } from './product/product.js';
import type { Resource, TemplateMaker, TemplateRows } from './definition/resource.js';
import { supplier } from './contact/supplier.js';

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

/** A file to start from. */
export interface Template {
  readonly name: string;
  readonly filename: string;
  /** The resource with the columns of the rows. */
  readonly resource: Resource;
  readonly rows: TemplateRows;
  /** null: the rows import into any account as they are. */
  readonly maker: TemplateMaker | null;
}

/** `priceList` is kept as price-list-template.csv. */
function filenameFor(name: string): string {
  return `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-template.csv`;
}

const TEMPLATES: readonly Template[] = RESOURCES.flatMap((resource) => {
  const { name: own, plural, template, furtherTemplates = {}, templateMakers = {} } = resource;
  const all = Object.entries({ [own]: template, ...furtherTemplates });
  return all.map(([name, rows]) => {
    const filename = filenameFor(name === own ? plural : name);
    return { name, filename, resource, rows, maker: templateMakers[name] ?? null };
  });
});

/** Names of templates: the resources', and those of files for other ends. */
export const TEMPLATE_NAMES = TEMPLATES.map(({ name }) => name);

export function templateNamed(name: string): Template {
  const found = TEMPLATES.find((template) => template.name === name);
  if (found !== undefined) return found;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'There is no such template.',
    hint: `Use one of: ${TEMPLATE_NAMES.join(', ')}.`,
  });
}
