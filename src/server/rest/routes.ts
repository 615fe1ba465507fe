/** The list of all REST routes. A new family of routes is one more line here. */
import { fileRoutes } from './file-routes.js';
import { jobRoutes } from './job-routes.js';
import { openApiRoute } from './openapi-route.js';
import { organizationRoutes } from './organization-routes.js';
import { recordRoutes } from './record-routes.js';
import type { RestParts, RestRoute } from './route.js';
import { sessionRoutes } from './session-routes.js';
import { startRoutes } from './start-routes.js';
import { uploadRoutes } from './upload-routes.js';
import { webhookRoutes } from './webhook-routes.js';

export function restRoutes(parts: RestParts): RestRoute[] {
  const all: RestRoute[] = [
    ...sessionRoutes(parts),
    ...startRoutes(parts),
    ...jobRoutes(parts),
    ...recordRoutes(parts),
    ...organizationRoutes(parts),
    ...uploadRoutes(parts),
    ...fileRoutes(parts),
    ...webhookRoutes(parts.webhooks),
    openApiRoute(() => all, parts.version),
  ];
  return all;
}
