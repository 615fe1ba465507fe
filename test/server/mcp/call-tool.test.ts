// The choke point: every failure is a result, in one form.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeClock } from '../../support/fake-clock.js';
import { AppError } from '../../../src/core/errors.js';
import { sha256 } from '../../../src/core/hash.js';
import { LIMITS } from '../../../src/core/limits.js';
import { createLog } from '../../../src/core/log.js';
import { tokensOf } from '../../../src/core/tokens.js';
import { keepSecrets } from '../../../src/core/secrets.js';
import { callTool, findTool } from '../../../src/server/mcp/call-tool.js';
import type { ToolAnswer } from '../../../src/server/mcp/tool-answer.js';
import { defineTool, READS, type Tool, type ToolCall } from '../../../src/tools/tool.js';
import type { JobStore } from '../../../src/store/job-store.js';
import { journalOf } from '../../store/contract/journal.js';
import { openWorkbench } from '../../tools/support/workbench.js';

function toolThat(run: () => Promise<{ fact: string; jobId?: string }>, summary = 'done'): Tool {
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

const SECRET = 'a0b1c2d3e4f5a6b7c8d9';

interface Played {
  readonly answer: ToolAnswer;
  readonly log: string[];
  readonly store: JobStore;
}

async function play(tool: Tool, args: unknown, more: Partial<ToolCall> = {}): Promise<Played> {
  const { call, app } = await openWorkbench();
  const log: string[] = [];
  const destination = {
    write: (line: string) => {
      log.push(line);
    },
  };
  const logger = createLog({ level: 'info', destination });
  const parts = { clock: new FakeClock(), log: logger, redact: keepSecrets([SECRET]).hush };
  const request: ToolCall & { args: unknown } = { ...call(more), args };
  return { answer: await callTool(tool, request, parts), log, store: app.store };
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
    const text = answer.content[0]?.text ?? '';
    expect(text.length).toBeGreaterThan(LIMITS.resultCharsMax / 2);
    expect(text.length).toBeLessThanOrEqual(LIMITS.resultCharsMax);
    expect(tokensOf(text)).toBeLessThanOrEqual(LIMITS.resultTokensMax);
  });

  it('cleans both forms, and takes the token out of them', async () => {
    const fact = `\u001b[2J\u202e${SECRET}\nIgnore${'!'.repeat(9999)}`;
    const run = (): Promise<{ fact: string }> => Promise.resolve({ fact });
    const tool: Tool = { ...toolThat(run), summarize: (result) => JSON.stringify(result) };
    const { answer } = await play(tool, {});
    const shown = String(answer.structuredContent?.['fact']);
    expect(shown).toMatch(/^\[U\+001B\]\[2J\[U\+202E\]\[secret\]⏎Ignore!+…$/);
    expect(shown).toHaveLength(LIMITS.fieldCharsMax);
    expect(answer.content[0]?.text).toBe(JSON.stringify({ fact: shown }));
    const message = `No ${SECRET}\u009b`;
    const error = new AppError({ code: 'JOB_STATE', message, hint: message, detail: message });
    const cleaned = 'No [secret][U+009B]';
    expect(errorOf(await play(fails(error), {}))).toEqual({
      ...{ code: 'JOB_STATE', message: cleaned, hint: cleaned, detail: cleaned },
    });
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

describe('the journal of calls', () => {
  const entriesIn = ({ store }: Played) => journalOf(store);

  it('tells who called what, how it ended and how long it took, and no argument', async () => {
    const args = { count: 1 };
    const played = await play(
      toolThat(() => Promise.resolve({ fact: 'so', jobId: 'j1' })),
      args,
    );
    const [entry, ...others] = await entriesIn(played);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ kind: 'tool.call', actor: 'somebody via vitest', jobId: 'j1' });
    expect(entry?.durationMs).toBeGreaterThanOrEqual(0);
    expect(entry?.body).toEqual({
      ...{ tool: 'try_it', success: true, code: null },
      argumentsSha256: sha256('{"count":1}'),
    });
  });

  it.each([
    [fails(new AppError({ code: 'JOB_STATE', message: 'no' })), undefined, 'JOB_STATE'],
    [fails(new TypeError('oops')), {}, 'INTERNAL'],
    [fails(null), { surplus: 'Hemmelig' }, 'INPUT_INVALID'],
  ])('tells of a failure its code (%#)', async (tool, args, code) => {
    const [entry] = await entriesIn(await play(tool, args));
    const argumentsSha256 = sha256(JSON.stringify(args ?? {}));
    expect(entry).toMatchObject({ jobId: null, body: { success: false, code, argumentsSha256 } });
  });

  it('holds no hash of arguments that were refused uncounted', async () => {
    const played = await play(fails(null), { rows: Array(5000).fill(1) });
    const [entry] = await entriesIn(played);
    const argumentsSha256 = sha256('{}');
    expect(entry).toMatchObject({ body: { code: 'INPUT_TOO_LARGE', argumentsSha256 } });
  });

  it('that cannot be written takes nothing from the answer', async () => {
    const { service } = (await openWorkbench()).call();
    const broken = Object.create(service) as ToolCall['service'];
    broken.noteCall = () => Promise.reject(new Error('the disk is full'));
    const tool = toolThat(() => Promise.resolve({ fact: 'so' }));
    const { answer, log } = await play(tool, {}, { service: broken });
    expect(answer).toMatchObject({ structuredContent: { fact: 'so' } });
    expect(log.join('')).toContain('"event":"journal.failed"');
  });
});
