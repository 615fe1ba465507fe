/** The routes of event streams, and their description for the API's document. */
import type { ServerResponse } from 'node:http';
import { Hono, type Context } from 'hono';
import type { Caller } from '../../organizations/caller.js';
import type { LiveRequest, LiveStreams } from './live-streams.js';

const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description:
    'The id of the last event that the client has. The stream then begins with what changed after it. A value that is no id of this server counts as none.',
  schema: { type: 'string' },
} as const;

const ANSWER = {
  description:
    'Events `job`: the data is the whole job, without rows; the id is the number of its last change. A comment comes every 15 seconds.',
  content: { 'text/event-stream': { schema: { type: 'string' } } },
} as const;

/** The two routes in the terms of OpenAPI; `refusals` are the codes of their problems. */
export const LIVE_ROUTES = {
  job: {
    path: '/api/v1/jobs/{id}/events',
    summary: 'Follows a job: its state, then each change, and an event `end` once it is done.',
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      LAST_EVENT_ID,
    ],
    answer: ANSWER,
    refusals: ['UNAUTHENTICATED', 'JOB_NOT_FOUND', 'INPUT_INVALID', 'RATE_LIMITED', 'STORE_FAILED'],
  },
  organizations: {
    path: '/api/v1/events',
    summary:
      'Follows all jobs of the caller: unfinished ones and those that changed last, then each change.',
    parameters: [
      {
        name: 'organizationId',
        in: 'query',
        required: false,
        description: 'Only the jobs of this organization.',
        schema: { type: 'string' },
      },
      LAST_EVENT_ID,
    ],
    answer: ANSWER,
    refusals: [
      'UNAUTHENTICATED',
      'ORGANIZATION_REQUIRED',
      'ORGANIZATION_MISMATCH',
      'INPUT_INVALID',
      'RATE_LIMITED',
      'STORE_FAILED',
    ],
  },
} as const;

/** What the handlers need of a request that has passed the guards. */
interface LiveEnv {
  readonly Bindings: { readonly outgoing: ServerResponse };
  readonly Variables: { signedIn?: { readonly caller: Caller; readonly id: string } };
}

function requestOf(route: Context<LiveEnv>): LiveRequest {
  const signedIn = route.get('signedIn');
  if (signedIn === undefined) throw new Error('a stream was asked for without a sign-in');
  return {
    caller: signedIn.caller,
    callerId: signedIn.id,
    outgoing: route.env.outgoing,
    lastEventId: route.req.header('last-event-id'),
  };
}

/** The paths with the query parameters that each takes. The server's guards come before the handlers. */
export const LIVE_QUERIES = [
  { path: '/api/v1/jobs/:id/events', names: [] },
  { path: '/api/v1/events', names: ['organizationId'] },
] as const;

/** The handlers of the two routes. */
export function liveRoutes(live: LiveStreams): Hono<LiveEnv> {
  const [{ path: ofJob }, { path: ofOrganizations }] = LIVE_QUERIES;
  const routes = new Hono<LiveEnv>();
  routes.get(ofJob, (route) => live.ofJob(requestOf(route), route.req.param('id')));
  routes.get(ofOrganizations, (route) =>
    live.ofOrganizations(requestOf(route), route.req.query('organizationId')),
  );
  return routes;
}
