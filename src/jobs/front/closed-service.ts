/** The service while the job database cannot be used: each call that needs it rejects with the reason. */
import type { AppError } from '../../core/errors.js';
import type { Service } from '../service/service.js';

/** The methods that work without the store. */
type TemplateMethod = 'template' | 'writeTemplate' | 'templateBytes';

/** All methods reject with `failure`, except those that work without the store. */
export function closedService(failure: AppError, open: Pick<Service, TemplateMethod>): Service {
  const refuse = (): Promise<never> => Promise.reject(failure);
  return {
    template: (name) => open.template(name),
    writeTemplate: (request) => open.writeTemplate(request),
    templateBytes: (name, form) => open.templateBytes(name, form),
    inspect: refuse,
    inspectFolders: refuse,
    upload: refuse,
    requestUpload: refuse,
    receiveAtAddress: refuse,
    organizations: refuse,
    start: refuse,
    export: refuse,
    startExport: refuse,
    shortExportText: refuse,
    status: refuse,
    jobVersion: refuse,
    lastChangeOf: refuse,
    visibleOrganizations: refuse,
    list: refuse,
    statistics: refuse,
    items: refuse,
    mappings: refuse,
    removeMapping: refuse,
    cancel: refuse,
    pause: refuse,
    resume: refuse,
    retry: refuse,
    rollback: refuse,
    report: refuse,
    reportText: refuse,
    exportText: refuse,
    exportBytes: refuse,
    exportDownload: refuse,
    reportDownload: refuse,
    archiveDownload: refuse,
    job: refuse,
    // The journal is in the database too, so the call cannot be recorded.
    noteCall: () => Promise.resolve(null),
  };
}
