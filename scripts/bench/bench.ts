/** What every section of the benchmark is given. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCustomers } from './made-customers.js';

export interface Sizes {
  /** Rows sent one by one at the same allowed rate, and by the usual way, which is slower. */
  readonly sent: number;
  readonly sentUsual: number;
  /** Rows of the bulk save and of its rollback, and single writes beside them. */
  readonly bulk: number;
  readonly single: number;
  /** From small to large. */
  readonly dryRun: readonly [number, number, number];
  readonly read: number;
  readonly stored: number;
  readonly real: readonly [number, number];
  readonly exported: readonly [number, number];
  /** Starts of the server, on each kind of data folder. */
  readonly starts: number;
  /** Rows of the targets of others: in bulk, and one request a row. */
  readonly seedBulk: number;
  readonly seedSingle: number;
  /** Rows that are planned while callers over HTTP ask for the status. */
  readonly polled: number;
  readonly uploadMiB: number;
}

export const FULL: Sizes = {
  sent: 1200,
  sentUsual: 500,
  bulk: 10_000,
  single: 100,
  dryRun: [10_000, 100_000, 1_000_000],
  read: 1_000_000,
  stored: 200_000,
  real: [100_000, 1_000_000],
  exported: [10_000, 100_000],
  starts: 10,
  seedBulk: 10_000,
  seedSingle: 500,
  polled: 1_000_000,
  uploadMiB: 500,
};

/** For developing the benchmark: seconds instead of minutes, and the bounds mean nothing. */
export const QUICK: Sizes = {
  sent: 200,
  sentUsual: 60,
  bulk: 500,
  single: 20,
  dryRun: [2000, 5000, 20_000],
  read: 50_000,
  stored: 20_000,
  real: [2000, 5000],
  exported: [2000, 10_000],
  starts: 3,
  seedBulk: 1000,
  seedSingle: 100,
  polled: 50_000,
  uploadMiB: 50,
};

export interface Bench {
  readonly sizes: Sizes;
  /** Files of the benchmark; gone when it ends. */
  readonly folder: string;
  /** A file of so many made-up customers, written when it is first asked for. */
  customers(count: number): Promise<string>;
  readonly say: (line: string) => void;
  readonly close: () => Promise<void>;
}

export async function openBench(sizes: Sizes, say: (line: string) => void): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'billy-bulk-bench-'));
  return {
    sizes,
    folder,
    customers: async (count) => {
      const file = join(folder, `customers-${String(count)}.csv`);
      const isThere = await stat(file).then(
        () => true,
        () => false,
      );
      if (!isThere) await writeCustomers(file, count);
      return file;
    },
    say,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
