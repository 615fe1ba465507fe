/** Whose error a job shows: its own, or that of the rollback that gave up last. */
import { expect, it } from 'vitest';
import {
  withoutRollbackFailure,
  withRollbackFailure,
} from '../../../src/jobs/rollback/rollback-failure.js';
import { patchJob, readJob } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork } from '../../support/engine-world.js';

const OWN = { code: 'ROW_INVALID', message: 'A row failed.', hint: 'See the report.' };
const UNDO = { code: 'BILLY_AUTH', message: 'Billy did not accept the token.', hint: 'Renew it.' };

it.each([OWN, null])(
  'the error of a rollback stands until a later one is through (%j)',
  async (error) => {
    const world = await calmWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    await patchJob(context, { error, result: { requests: 3 } });
    expect(await withoutRollbackFailure(context)).toEqual({});
    await patchJob(context, await withRollbackFailure(context, UNDO));
    expect((await readJob(context)).error).toEqual(UNDO);
    // A second rollback that gives up for another reason is not taken for the job's own.
    const later = { ...UNDO, message: 'Billy refuses the token.' };
    await patchJob(context, await withRollbackFailure(context, later));
    expect((await readJob(context)).error).toEqual(later);
    await patchJob(context, await withoutRollbackFailure(context));
    expect(await readJob(context)).toMatchObject({ error, result: { requests: 3 } });
  },
);
