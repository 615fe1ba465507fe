// A server in front of a world's sandbox that answers some requests itself: for what the sandbox never does.
import { onTestFinished } from 'vitest';
import type { BillyClient } from '../../../src/billy/types.js';
import {
  json,
  raw,
  refusal,
  startScriptedServer,
  type Answer,
  type Seen,
} from '../../billy/support/scripted-server.js';
import { clientAt } from '../../resources/support/account.js';
import type { World } from '../../support/engine-world.js';

/** How a Billy may say that it knows no deletion of many. */
export const NO_BULK_DELETION: readonly Answer[] = [
  refusal(405, 'METHOD_NOT_ALLOWED'),
  refusal(404, 'UNKNOWN_RESOURCE'),
  refusal(400, 'INVALID_DELETE_ID_ARRAY'),
  raw(501, ''),
];

async function forwarded({ sandbox }: World, seen: Seen): Promise<Answer> {
  const { method, path, query, body } = seen;
  const response = await fetch(`${sandbox.url.replace(/\/v2$/, '')}${path}?${query.toString()}`, {
    method,
    headers: { 'x-access-token': sandbox.token, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return json(response.status, await response.json());
}

export interface Front {
  readonly billy: BillyClient;
  readonly seen: readonly Seen[];
}

/** `answerOf` answers what it wants; everything else goes to the sandbox. */
export async function frontOf(
  world: World,
  answerOf: (seen: Seen) => Answer | null,
): Promise<Front> {
  const server = await startScriptedServer(
    async (seen) => answerOf(seen) ?? (await forwarded(world, seen)),
  );
  onTestFinished(() => server.close());
  return { billy: clientAt(server.baseUrl, world.sandbox.token), seen: server.seen };
}

export function isBulkDeletion({ method, path }: Seen): boolean {
  return method === 'DELETE' && path.split('/').length === 3;
}
