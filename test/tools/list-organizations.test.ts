// The companies of the caller.
import { describe, expect, it } from 'vitest';
import { listOrganizations } from '../../src/tools/list-organizations.js';
import { openWorkbench } from './support/workbench.js';

describe('list_organizations', () => {
  it('names the company of the token in one call', async () => {
    const { run, sandbox } = await openWorkbench({ env: { BILLY_RATE_LIMIT: '20/s' } });
    const [own] = sandbox.control.state().records['organizations'] ?? [];
    const result = await run(listOrganizations, {});
    expect(listOrganizations.outputSchema.parse(result)).toEqual(result);
    expect(result['organizations']).toMatchObject([
      { id: own?.id, role: 'admin', isReachable: true, allowedRate: '20/s', learnedRate: null },
    ]);
    expect(listOrganizations.summarize(result)).toContain(
      `id ${String(own?.id)}): admin, reachable, 20/s`,
    );
    expect(await run(listOrganizations, { query: 'ingen af dem' })).toMatchObject({
      organizations: [],
    });
  });
});
