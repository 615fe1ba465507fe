/** The addresses of the server that are no REST routes, as the OpenAPI document describes them. */

export const PROBLEM_TYPE = 'application/problem+json';

const problem = {
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
} as const;

const jsonRpc = { 'application/json': { schema: { type: 'object' } } } as const;
const status = {
  'application/json': {
    schema: {
      type: 'object',
      required: ['status'],
      properties: { status: { type: 'string' } },
    },
  },
} as const;

function mcp(operationId: string, parameters: readonly object[] = []) {
  return {
    operationId,
    tags: ['Server'],
    summary: 'MCP over Streamable HTTP; one message',
    ...(parameters.length === 0 ? {} : { parameters }),
    requestBody: { required: true, content: jsonRpc },
    responses: {
      200: {
        description: 'The answer, as JSON or as a stream of events.',
        content: { ...jsonRpc, 'text/event-stream': { schema: { type: 'string' } } },
      },
      202: { description: 'Accepted; there is no answer.' },
      401: { description: 'No valid key.', ...problem },
      default: { description: 'Any other error.', ...problem },
    },
  };
}

function health(operationId: string, summary: string, refusals: object) {
  return {
    operationId,
    tags: ['Server'],
    summary,
    security: [],
    responses: { 200: { description: 'OK', content: status }, ...refusals },
  };
}

const organizationId = {
  name: 'organizationId',
  in: 'path',
  required: true,
  description: 'The only organization that the calls may be about.',
  schema: { type: 'string' },
} as const;

const notReady = { 503: { description: 'The store cannot be reached.', ...problem } };
const tooMany = { default: { description: 'An error.', ...problem } };

export const OTHER_PATHS = {
  '/mcp': { post: mcp('sendMessage') },
  '/mcp/{organizationId}': { post: mcp('sendMessageWithin', [organizationId]) },
  '/health': { get: health('getHealth', 'The process is alive', tooMany) },
  '/health/ready': {
    get: health('getReadiness', 'The store can be reached', { ...notReady, ...tooMany }),
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      tags: ['Server'],
      summary: 'Figures for Prometheus',
      description: 'Needs the role viewer, or a higher one.',
      responses: {
        200: {
          description: 'OK',
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
        401: { description: 'No valid key.', ...problem },
        default: { description: 'Any other error.', ...problem },
      },
    },
  },
} as const;
