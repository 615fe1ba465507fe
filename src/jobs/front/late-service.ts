/** A service that is opened later, so that the process can answer its client before the store is open. */
import type { Service } from '../service/service.js';

/**
 * Returns a service whose methods wait for `open` and then call the service that it opened. They reject with
 * the error of `open` if it fails. `open` is called again for each call.
 */
export function lateService(open: () => Promise<Service>): Service {
  const methods: Partial<Service> = {};
  return new Proxy(methods, {
    get(_methods, name) {
      // Without this, `await service` would treat the service as a promise.
      if (name === 'then') return undefined;
      return async (...parameters: unknown[]): Promise<unknown> => {
        const service = await open();
        const method = service[name as keyof Service] as (...all: unknown[]) => Promise<unknown>;
        return method.apply(service, parameters);
      };
    },
    // Every method of a service returns a promise.
  }) as Service;
}
