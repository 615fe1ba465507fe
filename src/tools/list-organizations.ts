/** The tool `list_organizations`: the companies that this caller may work on. */
import { z } from 'zod';
import { companyWords } from './job-words.js';
import { defineTool, READS } from './tool.js';

export const listOrganizations = defineTool({
  name: 'list_organizations',
  title: 'List companies',
  description: 'Lists the companies (organizations) you may work on: name, CVR number, rates.',
  annotations: { ...READS, openWorldHint: true },
  inputSchema: z.strictObject({
    query: z.string().max(100).optional().describe('Part of name or CVR number.'),
    cursor: z.string().max(20).optional(),
  }),
  outputSchema: z.looseObject({
    success: z.literal(true),
    organizations: z.array(
      z.looseObject({
        id: z.string(),
        name: z.string(),
        registrationNo: z.string().nullable(),
        role: z.string(),
        isReachable: z.boolean(),
        checkedAt: z.string().nullable(),
        allowedRate: z.string(),
        learnedRate: z.string().nullable(),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
  async run(filter, { service }) {
    const { organizations, nextCursor } = await service.organizations(filter);
    const next = nextCursor === null ? {} : { nextCursor };
    return {
      success: true as const,
      organizations: organizations.map((each) => ({ ...each })),
      ...next,
    };
  },
  summarize({ organizations, nextCursor }) {
    const lines = organizations.map(({ id, name, registrationNo, role, isReachable, ...rates }) => {
      const state = isReachable ? 'reachable' : 'not reachable';
      const { allowedRate, learnedRate } = rates;
      const rate = learnedRate === null ? allowedRate : `${learnedRate} of ${allowedRate}`;
      return `${companyWords({ id, name, registrationNo })}: ${role}, ${state}, ${rate}`;
    });
    const more = nextCursor === undefined ? [] : [`More: cursor ${nextCursor}`];
    return [...(lines.length === 0 ? ['No company.'] : lines), ...more].join('\n');
  },
});
