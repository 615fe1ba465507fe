// A job as versions stored it that kept all sources in one folder, without their organization.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { patchJob } from '../../../src/jobs/job/job-context.js';
import { openWork, type World } from '../../support/engine-world.js';
import { storedFolder } from '../../support/stored-files.js';

/** Moves the job's source and rewrites its settings; the world should be held. Returns the old path. */
export async function asEarlierVersion(world: World, { id }: { id: string }): Promise<string> {
  const job = await world.store.getJob({ jobId: id });
  if (job === null) throw new Error('there is no such job');
  const path = join(world.dataDir, 'sources', id);
  renameSync(join(storedFolder(world.dataDir, 'sources', job.organizationId), id), path);
  const { storedAs, ...settings } = job.sourceSettings as { storedAs: string };
  if (storedAs !== id) throw new Error('the job reads another file');
  const context = await openWork(world, job);
  await patchJob(context, { sourceSettings: { ...settings, path } });
  await world.store.releaseLease({ lease: context.lease });
  return path;
}
