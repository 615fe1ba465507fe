// A file of 500 MiB over HTTP: in flat memory, and a start from it answers at once.
import { expect, it } from 'vitest';
import { memoryMiBOf, peakMiBOf } from '../../scripts/bench/process-cost.js';
import { ask, bearer } from '../server/http/support/raw.js';
import { uploadLarge } from '../support/large-upload.js';
import { openHttpStage } from './http-stage.js';

const MIB = 500;
const GROWTH_MIB_MAX = 60;
/** Contract, section 3. */
const START_MS_MAX = 2000;

it.each([false, true])(
  `${String(MIB)} MiB take at most ${String(GROWTH_MIB_MAX)} MiB (form: %s)`,
  async (isForm) => {
    const stage = await openHttpStage();
    const { organizationId } = stage.alfa;
    const { key } = await stage.keyFor('operator', organizationId);
    const { url, child } = await stage.serve();
    const pid = child.pid ?? 0;
    // What the first requests load is no cost of the file.
    expect((await uploadLarge({ url, key, mib: 1, isForm })).status).toBe(201);
    const look = { method: 'tools/list' };
    expect((await ask(`${url}/mcp`, bearer(key), look)).status).toBe(200);
    const idleMiB = memoryMiBOf(pid);
    const { status, body, ms } = await uploadLarge({ url, key, mib: MIB, isForm });
    expect([status, body['sizeBytes']]).toEqual([201, MIB * 1024 * 1024 + 27]);
    const growthMiB = Math.round(peakMiBOf(pid) - idleMiB);
    process.stdout.write(
      `${String(MIB)} MiB in ${(ms / 1000).toFixed(1)} s, ${String(growthMiB)} MiB\n`,
    );
    expect(growthMiB).toBeLessThanOrEqual(GROWTH_MIB_MAX);
    const startedMs = performance.now();
    const params = {
      name: 'import_customers_csv',
      arguments: { uploadId: body['uploadId'], options: { dryRun: true } },
    };
    const { text } = await ask(`${url}/mcp`, bearer(key), { method: 'tools/call', params });
    const startMs = Math.round(performance.now() - startedMs);
    process.stdout.write(`a start from it answered in ${String(startMs)} ms\n`);
    expect(text).toContain('jobId');
    expect(startMs).toBeLessThan(START_MS_MAX);
  },
);
