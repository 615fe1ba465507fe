/** The flags of `billy-bulk-mcp sandbox`. Every start of the program loads them, for its help, so they load nothing heavy. */
import { FAULT_KINDS } from './world/options.js';

export interface SandboxFlag {
  readonly name: string;
  /** The name of the value in the help; null for a switch. */
  readonly value: string | null;
  readonly help: string;
}

export const SANDBOX_FLAGS: readonly SandboxFlag[] = [
  { name: 'port', value: 'number', help: 'Port on 127.0.0.1; 0 takes any free one (default 8787)' },
  { name: 'token', value: 'text', help: 'Access token to accept (default: a random one)' },
  { name: 'seed', value: 'number', help: 'Same seed, same made-up data and faults (default 1)' },
  { name: 'contacts', value: 'count', help: 'Number of made-up contacts (default 0)' },
  { name: 'products', value: 'count', help: 'Number of made-up products (default 0)' },
  {
    name: 'rate-limit',
    value: 'n/unit',
    help: 'Answer 429 above this limit: 5/s, 100/min (default: none)',
  },
  { name: 'latency', value: null, help: 'Answer after 40-150 ms, sometimes after 1-2 s' },
  {
    name: 'unknowns',
    value: 'list',
    help: 'Answers where Billy is not documented: default, alternate, sort=ignore, listLagMs=2000, textMax.contact.name=60, ...',
  },
  {
    name: 'faults',
    value: 'list',
    help: `Chance per request: reset-after:0.05,429:0.1; kinds: ${FAULT_KINDS.join(' ')}`,
  },
  {
    name: 'every-nth',
    value: 'list',
    help: 'Fault of every n-th write: 7:reset-after,10:500-before',
  },
];
