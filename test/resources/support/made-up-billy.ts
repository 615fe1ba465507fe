/** A Billy whose lists and organization the test makes up, for what the sandbox does not serve. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { BillyClient } from '../../../src/billy/types.js';
import { clientAt } from './account.js';

export interface MadeUp {
  readonly organization?: object;
  /** By collection; a number is the status that Billy refuses the list with. */
  readonly lists?: Readonly<Record<string, readonly object[] | number>>;
}

export interface MadeUpBilly {
  readonly billy: BillyClient;
  /** Names of what was asked for, in order. */
  readonly asked: readonly string[];
}

function bodyOf(name: string, { organization = {}, lists = {} }: MadeUp): [number, object] {
  if (name === 'organization') return [200, { organization: { id: 'o1', ...organization } }];
  const list = lists[name] ?? 404;
  if (typeof list === 'number') {
    return [list, { meta: { statusCode: list, success: false }, errorCode: 'UNKNOWN_RESOURCE' }];
  }
  const paging = { page: 1, pageCount: 1, pageSize: 1000, total: list.length };
  return [200, { meta: { statusCode: 200, success: true, paging }, [name]: list }];
}

export async function madeUpBilly(madeUp: MadeUp): Promise<MadeUpBilly> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = /^\/v2\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    asked.push(name);
    const [status, body] = bodyOf(name, madeUp);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { billy: clientAt(`http://127.0.0.1:${String(port)}/v2`, 'token'), asked };
}
