/** Serves the side channel over HTTP, below `/sandbox/`: no token, for callers on this machine only. */
import { z } from 'zod';
import type { SandboxControl } from '../account/control.js';
import type { Reply } from '../api/envelope.js';
import { FAULT_PLAN, parseFaultPlan } from '../faults/fault-plan.js';
import { badRequest, Refusal } from '../world/refusal.js';
import { invalidParameter } from '../world/texts.js';
import { THIRD_PARTY_ACTION } from '../account/third-party.js';
import { chosenUnknown } from '../world/unknowns.js';

export interface SideRequest {
  readonly method: string;
  /** The path below `/sandbox/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

type Endpoint = (request: SideRequest, control: SandboxControl) => unknown;

const FAULTS_BODY = z.union([z.null(), z.strictObject({}), FAULT_PLAN]);
const REVOKE_BODY = z.strictObject({ revoked: z.boolean().default(true) });
const LOCK_BODY = z.strictObject({ locked: z.boolean(), reason: z.string().optional() });
const DOWN_BODY = z.strictObject({
  down: z.boolean(),
  mode: z.enum(['reset', '503']).default('reset'),
});
const SEED_BODY = z.strictObject({
  contacts: z.int().min(0).max(1_000_000).default(0),
  products: z.int().min(0).max(1_000_000).default(0),
});

const UNKNOWNS_BODY = z.record(z.string(), z.union([z.string(), z.number()]));

const DONE = { ok: true } as const;

/** Sets unknowns by the names of `--unknowns`: `{"sort":"ignore","listLagMs":2000,"textMax.contact.name":60}`. */
function chooseUnknowns(request: SideRequest, control: SandboxControl): void {
  for (const [name, value] of Object.entries(parse(UNKNOWNS_BODY, request))) {
    const chosen = chosenUnknown({ name, value: String(value) }, control.unknowns());
    if (chosen === null) throw badRequest(invalidParameter(name));
    control.setUnknowns(chosen);
  }
}

/** An empty body counts as an empty object. */
function parse<T>(schema: z.ZodType<T>, { body }: SideRequest): T {
  const value: unknown = body.trim() === '' ? {} : JSON.parse(body);
  return schema.parse(value);
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  'GET state': (_request, control) => control.state(),
  'GET summary': (_request, control) => control.summary(),
  'GET fingerprint': (_request, control) => control.fingerprint(),
  'GET counters': (_request, control) => control.counters(),
  'GET requests': ({ query }, control) => control.requests(Number(query.get('from') ?? 0) || 0),
  'POST faults': (request, control) => {
    const plan = parse(FAULTS_BODY, request);
    control.setFaults(plan === null || !('rates' in plan) ? null : parseFaultPlan(plan));
    return DONE;
  },
  'POST revoke-token': (request, control) => {
    control.revokeToken(parse(REVOKE_BODY, request).revoked);
    return DONE;
  },
  'POST lock': (request, control) => {
    const { locked, reason } = parse(LOCK_BODY, request);
    control.lock(locked, reason);
    return DONE;
  },
  'POST down': (request, control) => {
    const { down, mode } = parse(DOWN_BODY, request);
    control.setDown(down, mode);
    return DONE;
  },
  'GET unknowns': (_request, control) => control.unknowns(),
  'POST unknowns': (request, control) => {
    chooseUnknowns(request, control);
    return DONE;
  },
  'POST third-party': (request, control) => control.thirdParty(parse(THIRD_PARTY_ACTION, request)),
  'POST seed': (request, control) => {
    control.seed(parse(SEED_BODY, request));
    return DONE;
  },
};

function json(status: number, value: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}

/** The answer to a request that does not name this machine. */
export const FOREIGN_CALLER = json(403, {
  error: 'the side channel answers only to the Host (and Origin) 127.0.0.1, localhost or [::1]',
});

function failed(thrown: unknown): Reply {
  if (thrown instanceof Refusal) return json(thrown.status, { error: thrown.message });
  if (thrown instanceof z.ZodError) return json(400, { error: z.prettifyError(thrown) });
  if (thrown instanceof SyntaxError) return json(400, { error: 'the body is not JSON' });
  throw thrown;
}

/** Answers at once: 404 for an unknown path or method, 400 for an invalid body. */
export function answerSideChannel(request: SideRequest, control: SandboxControl): Reply {
  const endpoint = ENDPOINTS[`${request.method} ${request.path}`];
  if (endpoint === undefined) return json(404, { error: 'no such side channel' });
  try {
    return json(200, endpoint(request, control));
  } catch (thrown) {
    return failed(thrown);
  }
}
