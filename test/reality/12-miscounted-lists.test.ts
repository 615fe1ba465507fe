/** A list that never holds together: taken as it is once it reads the same, or the job ends and says so. */
import { describe, expect, it } from 'vitest';
import { isEnded } from '../../src/model/job-status.js';
import type { JobView } from '../../src/jobs/service/job-view.js';
import { plantCustomers } from '../jobs/support/deletions.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import type { Hook } from './support/billy-proxy.js';
import { answering, countsOneTooMany, isListing, when, type Fields } from './support/hooks.js';
import { realWorld } from './support/real-world.js';
import { eventually } from './support/servers.js';

const STORM: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 };
/** Real milliseconds: a minute and a half on this clock, long after a pause by outage begins. */
const PATIENCE_MS = 4500;

/** The job as it is once it has ended, or once patience is over. */
async function looked(world: World, jobId: string): Promise<JobView> {
  const hasEnded = async (): Promise<boolean> => isEnded((await world.service.job(jobId)).status);
  await eventually('the end', hasEnded, PATIENCE_MS).catch(() => undefined);
  return world.service.job(jobId);
}

/** Each listing leaves out another record and counts one more. */
function neverSettles(): Hook {
  let turn = 0;
  return when(
    isListing,
    answering((body) => {
      const { meta, contacts, ...rest } = body as {
        meta: { paging: Fields };
        contacts?: readonly unknown[];
      };
      if (contacts === undefined) return body;
      turn += 1;
      const shown = contacts.filter((_, index) => index !== turn % contacts.length);
      const paging = { ...meta.paging, total: contacts.length + turn };
      return { ...rest, meta: { ...meta, paging }, contacts: shown };
    }),
  );
}

describe('a list whose total is one too high', () => {
  it('is the list once three rounds have read the same, with a warning', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantCustomers(world, 3);
    proxy.use(countsOneTooMany);
    const { id } = await world.startImport('contactNo,name\nK1,Kunde 1\nK9,Kunde 9');
    const view = await looked(world, id);
    expect({ status: view.status, ...view.outcomes }).toMatchObject({
      status: 'completed',
      created: 1,
      skipped: 1,
    });
    expect(view.warnings.map(({ code }) => code)).toContain('LIST_UNSTABLE');
  });

  it('costs few requests', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantCustomers(world, 3);
    proxy.use(countsOneTooMany);
    const { id } = await world.startImport('contactNo,name\nK9,Kunde 9');
    await looked(world, id);
    const lists = proxy.requests.filter((each) => isListing(each) && each.path === '/contacts');
    expect(lists.length).toBeLessThanOrEqual(12);
  });
});

describe('a list that never settles', () => {
  it('ends the job with an error', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantCustomers(world, 5);
    proxy.use(neverSettles());
    const { id } = await world.startImport('contactNo,name\nK9,Kunde 9');
    const view = await looked(world, id);
    expect(view.status).toBe('failed');
    expect(view.error?.message).not.toBe('');
    expect(world.held('contacts')).toHaveLength(5);
  });
});
