/** The routes that take files: from a signed-in caller, and at a one-time address of `request_upload`. */
import { z } from 'zod';
import { continueBody, type WebRoute } from '../web-route.js';
import { declaredFileBytes, takeFile } from './incoming-file.js';
import { defineOpenRoute, defineRoute, type RestParts, type RestRoute } from './route.js';

const TAG = 'Files';
const NOTHING = z.strictObject({});
const CREATED = 201;
const ID_CHARS_MAX = 160;
const SECRET_CHARS_MAX = 1000;

const upload = z.looseObject({
  uploadId: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  expiresAt: z.string(),
});

const FILE_BODIES = {
  'multipart/form-data': 'A form with the file in the field `file`.',
  'application/octet-stream': 'The file itself, with its name in the header X-Filename.',
};

/** The address stands for a caller that is unknown here. */
const BY_ADDRESS = { actor: 'upload address', organizations: [], role: 'operator' } as const;
const ADDRESS = '/api/v1/uploads/{secret}';

function fileOf(web: WebRoute, { clock }: Pick<RestParts, 'clock'>, isNamed: boolean) {
  const { incoming } = web.env;
  return {
    declaredBytes: declaredFileBytes(incoming),
    take: () => {
      continueBody(web);
      return takeFile(incoming, { clock, isNamed });
    },
  };
}

export function uploadRoutes(parts: RestParts): RestRoute[] {
  return [
    defineRoute({
      id: 'uploadFile',
      method: 'post',
      path: '/api/v1/uploads',
      tag: TAG,
      summary: 'Uploads a file, to start from its uploadId within 24 hours',
      role: 'operator',
      params: NOTHING,
      query: z.strictObject({ organizationId: z.string().max(ID_CHARS_MAX).optional() }),
      body: null,
      otherBodies: FILE_BODIES,
      status: CREATED,
      result: upload,
      async run({ query, web, service, identify }) {
        const view = await service.upload({ ...query, ...fileOf(web, parts, true), identify });
        return { status: CREATED, body: { ...view } };
      },
    }),
    defineOpenRoute({
      id: 'uploadToAddress',
      method: 'put',
      path: ADDRESS,
      tag: TAG,
      summary: 'Takes one file at the address of request_upload; needs no key',
      params: z.strictObject({ secret: z.string().max(SECRET_CHARS_MAX) }),
      query: NOTHING,
      body: null,
      otherBodies: FILE_BODIES,
      status: CREATED,
      result: upload,
      isSecret: true,
      async run({ params, web }) {
        const startedMs = parts.clock.monotonicMs();
        const { view, organizationId, createdBy } = await parts
          .serviceFor(BY_ADDRESS)
          .receiveAtAddress({ ...params, ...fileOf(web, parts, false) });
        const caller = { ...BY_ADDRESS, actor: createdBy, organizations: [organizationId] };
        const ms = Math.round(parts.clock.monotonicMs() - startedMs);
        const call = { tool: `PUT ${ADDRESS}`, args: { uploadId: view.uploadId }, ms };
        await parts.serviceFor(caller).noteCall({ ...call, code: null, jobId: null });
        web.set('organization', organizationId);
        return { status: CREATED, body: { ...view } };
      },
    }),
  ];
}
