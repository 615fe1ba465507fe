// What all tools share: the words about a job, and the shape of a tool.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { briefJob, defineTool, READS, wholeJobResult } from '../../src/tools/tool.js';
import { jobView } from './support/job-view.js';

describe('briefJob', () => {
  it('lists the first errors, and all of anything else', () => {
    const error = { key: 'k', code: 'ROW_INVALID', field: null, message: 'no' };
    const errors = Array.from({ length: 8 }, (_, index) => ({ row: index + 2, ...error }));
    const { errors: listed, ...rest } = briefJob(jobView({ errors }), 3);
    expect(listed.map(({ row }) => row)).toEqual([2, 3, 4]);
    expect({ ...rest, errors: [] }).toEqual(jobView());
  });
});

describe('a tool', () => {
  it('is the value it was defined by', () => {
    const value = {
      name: 'nothing',
      title: 'Nothing',
      description: 'Does nothing.',
      annotations: READS,
      inputSchema: z.strictObject({}),
      outputSchema: z.looseObject({ success: z.literal(true) }),
      run: () => Promise.resolve({ success: true as const }),
      summarize: () => 'nothing',
    };
    expect(defineTool(value)).toBe(value);
  });

  it('that gives a job gives all of it', () => {
    expect(wholeJobResult.safeParse({ success: true, job: jobView() }).success).toBe(true);
    const job = { ...jobView(), outcomes: undefined };
    expect(wholeJobResult.safeParse({ success: true, job }).success).toBe(false);
  });
});
