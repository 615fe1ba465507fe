/** The service while the job database cannot be used: whatever needs it says what is wrong. */
import type { AppError } from '../../core/errors.js';
import type { Service } from './service.js';

/** Everything rejects with `failure`, but for what works without the store. */
export function closedService(failure: AppError, open: Pick<Service, 'template'>): Service {
  const refuse = (): Promise<never> => Promise.reject(failure);
  return {
    template: (name) => open.template(name),
    start: refuse,
    export: refuse,
    status: refuse,
    list: refuse,
    cancel: refuse,
    pause: refuse,
    resume: refuse,
    retry: refuse,
    rollback: refuse,
    report: refuse,
    reportText: refuse,
    exportText: refuse,
    job: refuse,
    // The journal is in the database too: there is nowhere to write the call down.
    noteCall: () => Promise.resolve(),
  };
}
