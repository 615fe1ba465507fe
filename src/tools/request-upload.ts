/** The tool `request_upload`: an address to which a person or a program sends a file without a key. */
import { z } from 'zod';
import { InputError } from '../core/errors.js';
import { defineTool, organizationIdField } from './tool.js';

function notOnTheWeb(): InputError {
  return new InputError({
    code: 'INPUT_SOURCE',
    message: 'Uploads work only if the server runs over HTTP.',
    hint: 'Pass filePath.',
  });
}

export const requestUpload = defineTool({
  name: 'request_upload',
  title: 'Upload address',
  description:
    'Returns an address that takes one file by PUT within 15 minutes, without a key. Have the file sent there (curl shows how), then pass uploadId to inspect_file or a start.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: false,
  },
  isHttpOnly: true,
  inputSchema: z.strictObject({
    fileName: z.string().max(5000).optional().describe('Its ending gives the format.'),
    sizeBytes: z.int().min(1).optional(),
    organizationId: organizationIdField,
  }),
  outputSchema: z.looseObject({
    success: z.literal(true),
    uploadId: z.string(),
    uploadUrl: z.string(),
    method: z.literal('PUT'),
    expiresAt: z.string(),
    curl: z.string(),
  }),
  async run(input, { service, links }) {
    if (links === undefined) throw notOnTheWeb();
    const { uploadId, secret, expiresAt } = await service.requestUpload(input);
    const uploadUrl = links.upload(secret);
    const curl = `curl --fail-with-body -T FILE '${uploadUrl}'`;
    return { success: true as const, uploadId, uploadUrl, method: 'PUT' as const, expiresAt, curl };
  },
  summarize: ({ uploadId, curl, expiresAt }) =>
    `Send the file until ${expiresAt}:\n${curl}\nThen pass uploadId ${uploadId}.`,
});
