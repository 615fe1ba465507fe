// The choke point: every failure is a result, in one form.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeClock } from '../support/fake-clock.js';
import { AppError } from '../../src/core/errors.js';
import { LIMITS } from '../../src/core/limits.js';
import { createLog } from '../../src/core/log.js';
import { callTool, findTool, type ToolAnswer } from '../../src/server/call-tool.js';
import { defineTool, READS, type Tool, type ToolCall } from '../../src/tools/tool.js';
import { openWorkbench } from '../tools/support/workbench.js';

function toolThat(run: () => Promise<{ fact: string }>, summary = 'done'): Tool {
  return defineTool({
    name: 'try_it',
    title: 'Try it',
    description: 'Tries it.',
    annotations: READS,
    inputSchema: z.strictObject({ count: z.number().optional() }),
    outputSchema: z.looseObject({ fact: z.string() }),
    run,
    summarize: () => summary,
  });
}

async function play(tool: Tool, args: unknown): Promise<{ answer: ToolAnswer; log: string[] }> {
  const { call } = await openWorkbench();
  const log: string[] = [];
  const destination = {
    write: (line: string) => {
      log.push(line);
    },
  };
  const parts = { clock: new FakeClock(), log: createLog({ level: 'info', destination }) };
  const request: ToolCall & { args: unknown } = { ...call(), args };
  return { answer: await callTool(tool, request, parts), log };
}

function errorOf({ answer }: { answer: ToolAnswer }): Record<string, unknown> {
  expect(answer.isError).toBe(true);
  expect(answer).not.toHaveProperty('structuredContent');
  const parsed = JSON.parse(answer.content[0]?.text ?? '') as Record<string, unknown>;
  expect(parsed['success']).toBe(false);
  return parsed['error'] as Record<string, unknown>;
}

/** Whatever somebody may throw. */
async function rejected(reason: unknown): Promise<never> {
  await Promise.resolve();
  throw reason;
}

const fails = (error: unknown) => toolThat(() => rejected(error));

describe('callTool', () => {
  it('gives the result both ways, and logs the call', async () => {
    const { answer, log } = await play(
      toolThat(() => Promise.resolve({ fact: 'so' })),
      {},
    );
    expect(answer).toEqual({
      content: [{ type: 'text', text: 'done' }],
      structuredContent: { fact: 'so' },
    });
    expect(log.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'tool', tool: 'try_it' },
    ]);
  });

  it('takes absent arguments for none, and cuts a text to the budget', async () => {
    const long = toolThat(() => Promise.resolve({ fact: 'so' }), 'x'.repeat(99_999));
    const { answer } = await play(long, undefined);
    expect(answer.content[0]?.text).toHaveLength(LIMITS.resultCharsMax);
  });

  it('turns our own errors into code, message and hint, untrusted text apart', async () => {
    const error = new AppError({
      code: 'BILLY_AUTH',
      message: 'No.',
      hint: 'Do.',
      detail: '<b>'.repeat(500),
    });
    const shown = errorOf(await play(fails(error), {}));
    expect(shown).toMatchObject({ code: 'BILLY_AUTH', message: 'No.', hint: 'Do.' });
    expect(String(shown['detail']).length).toBeLessThanOrEqual(LIMITS.fieldCharsMax * 2);
  });

  it('names what is wrong with arguments, without running anything', async () => {
    const never = toolThat(() => Promise.reject(new Error('ran')));
    const shown = errorOf(await play(never, { count: 'many', more: 1 }));
    expect(shown).toMatchObject({ code: 'INPUT_INVALID' });
    expect(shown['hint']).not.toBe('');
    expect(shown['detail']).toContain('count');
    expect(shown['detail']).toContain('more');
    expect(errorOf(await play(never, 'text'))).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it.each([new Error('secret detail'), 'secret detail', undefined])(
    'shows of a bug (%s) an incident only, and logs the rest',
    async (bug) => {
      const played = await play(fails(bug), {});
      const shown = errorOf(played);
      const incident = /incident (\w+)/.exec(String(shown['message']))?.[1];
      expect(shown).toMatchObject({ code: 'INTERNAL' });
      expect(JSON.stringify(shown)).not.toContain('secret');
      expect(played.log.map((line) => JSON.parse(line) as unknown)).toContainEqual(
        expect.objectContaining({ event: 'bug', incident }),
      );
    },
  );

  it('treats a summary that throws as a bug of ours', async () => {
    const tool: Tool = {
      ...toolThat(() => Promise.resolve({ fact: 'so' })),
      summarize: () => {
        throw new TypeError('no words');
      },
    };
    expect(errorOf(await play(tool, {}))).toMatchObject({ code: 'INTERNAL' });
  });
});

describe('findTool', () => {
  it('knows names exactly', () => {
    expect(findTool('rollback_job')?.title).toBe('Roll a job back');
    expect(findTool('Rollback_Job')).toBeNull();
    expect(findTool('toString')).toBeNull();
  });
});
