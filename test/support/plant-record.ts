/** Saves a record at a sandbox, as an API client does. */
import { Agent, request } from 'undici';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { connectorTo } from './simulation/memory-connector.js';

/** The id of the new record; `isVirtual`: the world has no sockets. */
export async function plantRecord(
  { sandbox, isVirtual }: { readonly sandbox: Sandbox; readonly isVirtual: boolean },
  collection: string,
  record: Readonly<Record<string, unknown>>,
): Promise<string> {
  const connect = isVirtual ? { connect: connectorTo(sandbox) } : {};
  const agent = new Agent(connect);
  const { body } = await request(`${sandbox.url}/${collection}`, {
    method: 'POST',
    headers: { 'x-access-token': sandbox.token, 'content-type': 'application/json' },
    body: JSON.stringify({ [collection.replace(/s$/, '')]: record }),
    dispatcher: agent,
  });
  const answer = (await body.json()) as Record<string, { id: string }[] | undefined>;
  await agent.close();
  const id = answer[collection]?.[0]?.id;
  if (id === undefined) throw new Error(`not planted: ${JSON.stringify(answer)}`);
  return id;
}
