/** The list of all REST routes. A new family of routes is one more line here. */
import type { RestParts, RestRoute } from './route.js';
import { sessionRoutes } from './session-routes.js';

export function restRoutes(parts: RestParts): RestRoute[] {
  return [...sessionRoutes(parts)];
}
