/** Statuses that a gateway may answer after Billy has saved are no refusals: what happened is looked up. */
import { describe, expect, it } from 'vitest';
import { deleted, plantCustomers } from '../jobs/support/deletions.js';
import type { WorldOptions } from '../support/engine-world.js';
import { on, onlyNth, standIn, when } from './support/hooks.js';
import { realWorld } from './support/real-world.js';

/** Half a second for a request: what is lost here is lost by its status, not by a busy machine. */
const STORM: WorldOptions = { isVirtual: true, timeoutMs: 10_000, settleMs: 3000 };

type Answer = Parameters<typeof standIn>[0];

/** As gateways write JSON: readable as an error, and not one of Billy's codes. */
function json(status: number): readonly [string, Answer] {
  const body = {
    errorMessage: 'The gateway says no.',
    meta: { statusCode: status, success: false },
  };
  return [`${status} in JSON`, { status, body }];
}

function page(status: number): readonly [string, Answer] {
  const body = '<html><head><title>Error</title></head><body>The gateway says no.</body></html>';
  return [`${status} as a page`, { status, body, headers: { 'content-type': 'text/html' } }];
}

/** Three new records, the answer to one of which the gateway takes away. */
async function expectCreated(answer: Answer, isSaved: boolean): Promise<void> {
  const { world, proxy } = await realWorld(STORM);
  proxy.use(onlyNth(2, on('POST', 'contacts'), standIn(answer, isSaved)));
  const view = await world.imported('contactNo,name\nK1,Et\nK2,To\nK3,Tre');
  expect(view.outcomes).toMatchObject({ created: 3, failed: 0, unknown: 0 });
  expect(view.status).toBe('completed');
  expect(world.held('contacts')).toHaveLength(3);
}

async function expectUpdated(answer: Answer): Promise<void> {
  const { world, proxy } = await realWorld(STORM);
  await plantCustomers(world, 2);
  proxy.use(onlyNth(1, on('PUT', 'contacts'), standIn(answer, true)));
  const csv = 'contactNo,name,phone\nK1,Kunde 1,20202020\nK2,Kunde 2,20202020';
  const view = await world.imported(csv, { duplicateStrategy: 'update' });
  expect(view.outcomes).toMatchObject({ updated: 2, failed: 0, unknown: 0 });
}

async function expectDeleted(answer: Answer): Promise<void> {
  const { world, proxy } = await realWorld(STORM);
  const ids = await plantCustomers(world, 1);
  proxy.use(onlyNth(1, on('DELETE', 'contacts'), standIn(answer, true)));
  const view = await deleted(world, ids);
  expect(view.outcomes).toMatchObject({ deleted: 1, failed: 0, skipped: 0, unknown: 0 });
}

describe.each([...[403, 404, 408, 409, 425, 499].map(json), page(403)])('a %s', (_name, answer) => {
  it('after Billy has saved a new record: the row is created, and once', () =>
    expectCreated(answer, true));

  it('before Billy has seen a new record: the row is created, and once', () =>
    expectCreated(answer, false));

  it('after Billy has saved a change: the row is updated', () => expectUpdated(answer));

  it('after Billy has deleted: the row is deleted', () => expectDeleted(answer));
});

describe.each([404, 499].map(page))('a %s', (_name, answer) => {
  it('is looked up: the rows are created, updated and deleted', async () => {
    await expectCreated(answer, true);
    await expectUpdated(answer);
    await expectDeleted(answer);
  });
});

describe('a refusal that is Billy’s own', () => {
  it('is believed, and its row fails', async () => {
    const { world, proxy } = await realWorld(STORM);
    const body = {
      meta: { statusCode: 422, success: false },
      errorCode: 'INVALID_RECORD',
      errorMessage: 'Invalid record',
      validationErrors: { contact: { message: 'No.' } },
    };
    proxy.use(when(on('POST', 'contacts'), standIn({ status: 422, body }, false)));
    const view = await world.imported('contactNo,name\nK1,Et');
    expect(view.outcomes).toMatchObject({ failed: 1, created: 0 });
  });
});
