/** The route of the OpenAPI document. */
import { z } from 'zod';
import { once } from '../../core/memo.js';
import { NOTHING } from './fields.js';
import { openApiDocument } from './openapi-document.js';
import { defineRoute, type RestRoute } from './route.js';

const OK = 200;

/** `routes`: all routes, this one among them. The document is made at the first request. */
export function openApiRoute(routes: () => readonly RestRoute[], version: string): RestRoute {
  const text = once(() => JSON.stringify(openApiDocument(routes(), { version })));
  return defineRoute({
    id: 'getOpenApi',
    method: 'get',
    path: '/api/v1/openapi.json',
    tag: 'Server',
    summary: 'This document',
    role: 'viewer',
    params: NOTHING,
    query: NOTHING,
    body: null,
    status: OK,
    result: z.looseObject({ openapi: z.string() }),
    run() {
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      return Promise.resolve(new Response(text(), { status: OK, headers }));
    },
  });
}
