// A world in which something uses one of a job's records.
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import type { SandboxUnknowns } from '../../../src/sandbox/world/options.js';
import { openWork, type World } from '../../support/engine-world.js';
import { customersCsv, stormWorld } from './storm.js';

export async function usedWorld(
  unknowns: Partial<SandboxUnknowns> = {},
): Promise<[World, JobContext, string]> {
  const world = await stormWorld({ unknowns });
  const { id } = await world.imported(customersCsv(3));
  const job = await world.store.getJob({ jobId: id });
  if (job === null) throw new Error('the job is gone');
  const used = world.held('contacts')[1]?.id ?? '';
  world.sandbox.control.thirdParty({ action: 'add-invoice', id: used });
  return [world, await openWork(world, job), used];
}
