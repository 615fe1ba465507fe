/** The shipped file of the demo, and what its maker put into it. */
import path from 'node:path';

export const CUSTOMERS = path.resolve(import.meta.dirname, '../../demo/customers.csv');
export const DEMO_ROWS = 1000;
export const BAD_ROWS = 7;
