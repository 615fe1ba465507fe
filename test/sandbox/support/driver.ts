// A sandbox on a free port and a plain HTTP client for it, closed when the test ends.
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import {
  DEFAULT_UNKNOWNS,
  type SandboxOptions,
  type SandboxUnknowns,
} from '../../../src/sandbox/world/options.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, null when it is no JSON. */
  readonly body: unknown;
}

export interface Driver {
  readonly sandbox: Sandbox;
  /** Path below `/v2`; headers add to or replace the token's. */
  call(method: string, path: string, more?: CallOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  patch(path: string, body: unknown): Promise<Answer>;
  remove(path: string): Promise<Answer>;
}

export interface CallOptions {
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

export type Overrides = Partial<Omit<SandboxOptions, 'unknowns'>> & {
  readonly unknowns?: Partial<SandboxUnknowns>;
};

export function sandboxOptions(overrides: Overrides = {}): SandboxOptions {
  return {
    port: 0,
    seed: 7,
    rateLimit: null,
    latencyMs: null,
    faults: null,
    contacts: 0,
    products: 0,
    clock: systemClock,
    ...overrides,
    unknowns: { ...DEFAULT_UNKNOWNS, ...overrides.unknowns },
  };
}

/** `value(answer, 'contacts.0.id')`: undefined where the path leads nowhere. */
export function value(answer: Pick<Answer, 'body'>, path: string): unknown {
  return path.split('.').reduce<unknown>((found, key) => {
    if (found === null || typeof found !== 'object') return undefined;
    return Object.hasOwn(found, key) ? (found as Record<string, unknown>)[key] : undefined;
  }, answer.body);
}

export function textValue(answer: Pick<Answer, 'body'>, path: string): string {
  const found = value(answer, path);
  if (typeof found !== 'string') throw new TypeError(`${path} is no text in the answer`);
  return found;
}

export function listValue(answer: Pick<Answer, 'body'>, path: string): Record<string, unknown>[] {
  const found = value(answer, path);
  if (!Array.isArray(found)) throw new TypeError(`${path} is no list in the answer`);
  return found as Record<string, unknown>[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function driverOf(sandbox: Sandbox): Driver {
  const call: Driver['call'] = async (method, path, { body, headers, signal } = {}) => {
    const response = await fetch(sandbox.url + path, {
      method,
      headers: { 'x-access-token': sandbox.token, ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  return {
    sandbox,
    call,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, { body }),
    put: (path, body) => call('PUT', path, { body }),
    patch: (path, body) => call('PATCH', path, { body }),
    remove: (path) => call('DELETE', path),
  };
}

export async function startDriver(overrides: Overrides = {}): Promise<Driver> {
  const sandbox = await startSandbox(sandboxOptions(overrides));
  onTestFinished(() => sandbox.close());
  return driverOf(sandbox);
}

/** A sandbox whose refusals name the attributes that are wrong. */
export function startNaming(overrides: Overrides = {}): Promise<Driver> {
  const unknowns = { refusalReasons: 'attributes', ...overrides.unknowns } as const;
  return startDriver({ ...overrides, unknowns });
}

/** A new contact's id. */
export async function createContact(
  driver: Driver,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const answer = await driver.post('/contacts', {
    contact: { name: 'Kunde', countryId: 'DK', ...fields },
  });
  return textValue(answer, 'contacts.0.id');
}

/** A new product's id. */
export async function createProduct(
  driver: Driver,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const answer = await driver.post('/products', { product: { name: 'Vare', ...fields } });
  return textValue(answer, 'products.0.id');
}

/** A new invoice's answer, for a new contact and product unless named. */
export async function createInvoice(
  driver: Driver,
  fields: Record<string, unknown> = {},
): Promise<Answer> {
  const contactId = fields['contactId'] ?? (await createContact(driver));
  const productId = fields['productId'] ?? (await createProduct(driver));
  const head = Object.entries(fields).filter(([name]) => name !== 'productId');
  return driver.post('/invoices', {
    invoice: {
      contactId,
      entryDate: '2024-02-01',
      lines: [{ productId, unitPrice: 100 }],
      ...Object.fromEntries(head),
    },
  });
}

/** The attributes that a 422 names, under any key of `validationErrors`. */
export function refusedAttributes(answer: Answer): string[] {
  const errors = value(answer, 'validationErrors');
  if (errors === null || typeof errors !== 'object') return [];
  return Object.values(errors as Record<string, { attributes?: object }>)
    .flatMap((problem) => Object.keys(problem.attributes ?? {}))
    .sort();
}

/** Canonical text of the whole state: equal texts, equal states. */
export function stateText({ sandbox }: Driver): string {
  return JSON.stringify(sandbox.control.state());
}
