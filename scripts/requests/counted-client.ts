/** An assistant at a real server: it sees arguments and texts only, and each call and token of these is counted. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Connection } from '../../test/support/stdio-clients.js';

export interface Count {
  readonly calls: number;
  /** Of the arguments and of the texts of the results, by the vocabulary o200k. */
  readonly tokens: number;
  /** The same with the structured content in place of the texts, for hosts that show that. */
  readonly structuredTokens: number;
}

const JOB_ID = /\b[0-9a-f]{32}\b/;

export class CountedClient {
  readonly #connection: Connection;
  #calls = 0;
  #tokens = 0;
  #structuredTokens = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get count(): Count {
    const [calls, tokens] = [this.#calls, this.#tokens];
    return { calls, tokens, structuredTokens: this.#structuredTokens };
  }

  /** The text of the result. A failed call is an error of the request. */
  async call(name: string, args: Readonly<Record<string, unknown>>): Promise<string> {
    const answer = await this.#connection.callTool(name, { ...args });
    if (answer.isError) throw new Error(`${name}: ${answer.text}`);
    const asked = countTokens(JSON.stringify({ name, arguments: args }));
    this.#calls += 1;
    this.#tokens += asked + countTokens(answer.text);
    this.#structuredTokens += asked + countTokens(JSON.stringify(answer.structured));
    return answer.text;
  }

  /** Calls a tool that waits for its job, and looks at the job until it has ended. Returns the last text. */
  async ended(name: string, args: Readonly<Record<string, unknown>>): Promise<string> {
    let text = await this.call(name, { ...args, waitSeconds: 45 });
    const jobId = jobIdIn(text);
    while (/: (?:pending|validating|processing|rolling_back), /.test(text)) {
      text = await this.call('get_bulk_job_status', { jobId, waitSeconds: 45 });
    }
    return text;
  }

  /** Runs a dry run, then exactly its plan. Returns both texts. */
  async planned(
    name: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly plan: string; readonly run: string }> {
    const { options, resourceType, ...source } = args;
    const type = resourceType === undefined ? {} : { resourceType };
    const plan = await this.ended(name, {
      ...type,
      ...source,
      options: { ...(options as object | undefined), dryRun: true },
    });
    const run = await this.ended(name, { ...type, dryRunJobId: jobIdIn(plan) });
    return { plan, run };
  }
}

/** The id of the first job that a text names: an assistant that sees texts only has no other. */
export function jobIdIn(text: string): string {
  const [jobId] = JOB_ID.exec(text) ?? [];
  if (jobId === undefined) throw new Error(`no job is named: ${text}`);
  return jobId;
}
