/** The routes of the organizations that the server knows, and of the callers' keys. For admins. */
import { z } from 'zod';
import { ROLES } from '../../model/access.js';
import { KEY_DAYS_MAX, KEY_NAME_CHARS_MAX } from '../../organizations/caller-keys.js';
import { done, idParams, NOTHING } from './fields.js';
import { defineRoute, type RestParts, type RestRoute } from './route.js';

const OK = 200;
const CREATED = 201;
const NO_CONTENT = 204;
const TOKEN_CHARS_MAX = 4096;
const ID_CHARS_MAX = 160;
const REACH_MAX = 1000;
const SHOWN_ONCE = 'The key is shown only now.';
const NOT_AGAIN = 'The key was shown once, in the first answer, and is not shown again.';

const text = z.string().nullable();

const organization = z.looseObject({ id: z.string(), name: z.string(), registrationNo: text });

function listOrganizations({ adminFor }: RestParts): RestRoute {
  return defineRoute({
    id: 'listOrganizations',
    method: 'get',
    path: '/api/v1/organizations',
    tag: 'Organizations',
    summary: 'Lists the organizations, each with the last answer of Billy',
    role: 'admin',
    params: NOTHING,
    query: NOTHING,
    body: null,
    status: OK,
    result: done.extend({
      organizations: z.array(
        organization.extend({
          addedAt: text.describe('null: its token is in the settings.'),
          addedBy: text,
          isReachable: z.boolean().nullable().describe('null: Billy was not asked yet.'),
          checkedAt: text,
        }),
      ),
    }),
    async run({ caller }) {
      return { body: { success: true, organizations: await adminFor(caller).organizations() } };
    },
  });
}

function addOrganization({ adminFor }: RestParts): RestRoute {
  return defineRoute({
    id: 'addOrganization',
    method: 'post',
    path: '/api/v1/organizations',
    tag: 'Organizations',
    summary: 'Stores the access token of an organization, sealed; a second one replaces the first',
    role: 'admin',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({
      token: z
        .string()
        .trim()
        .max(TOKEN_CHARS_MAX)
        .regex(/^[\x21-\x7e]+$/)
        .describe("Billy's access token."),
    }),
    status: CREATED,
    result: done.extend({
      organization,
      isNew: z.boolean().describe('false: the token took the place of an earlier one.'),
    }),
    isSecret: true,
    async run({ body, caller }) {
      const { isNew, ...added } = await adminFor(caller).addOrganization(body.token);
      const answer = { success: true, organization: added, isNew };
      return { status: CREATED, body: answer, keptBody: answer };
    },
  });
}

function removeOrganization({ adminFor }: RestParts): RestRoute {
  return defineRoute({
    id: 'removeOrganization',
    method: 'delete',
    path: '/api/v1/organizations/{id}',
    tag: 'Organizations',
    summary: 'Cancels the jobs of an organization, waits for their end and erases its token',
    role: 'admin',
    params: idParams,
    query: NOTHING,
    body: null,
    status: NO_CONTENT,
    result: null,
    async run({ params, caller }) {
      await adminFor(caller).removeOrganization(params.id);
      return {};
    },
  });
}

const reach = z.union([
  z.literal('all'),
  z.array(z.string().min(1).max(ID_CHARS_MAX)).min(1).max(REACH_MAX),
]);

function listKeys({ adminFor }: RestParts): RestRoute {
  return defineRoute({
    id: 'listKeys',
    method: 'get',
    path: '/api/v1/keys',
    tag: 'Keys',
    summary: 'Lists the keys of callers, ended ones too; never the keys themselves',
    role: 'admin',
    params: NOTHING,
    query: NOTHING,
    body: null,
    status: OK,
    result: done.extend({
      keys: z.array(
        z.looseObject({
          id: z.string(),
          prefix: z.string(),
          name: z.string(),
          role: z.enum(ROLES),
          organizations: reach,
          isValid: z.boolean(),
          createdAt: text,
          createdBy: z.string(),
          expiresAt: text,
          lastUsedAt: text,
          revokedAt: text,
        }),
      ),
    }),
    async run({ caller }) {
      return { body: { success: true, keys: await adminFor(caller).keys() } };
    },
  });
}

function createKey({ adminFor }: RestParts): RestRoute {
  return defineRoute({
    id: 'createKey',
    method: 'post',
    path: '/api/v1/keys',
    tag: 'Keys',
    summary: 'Makes a key for a caller, with at most the role and the organizations of its maker',
    role: 'admin',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({
      name: z.string().trim().min(1).max(KEY_NAME_CHARS_MAX),
      role: z.enum(ROLES),
      organizations: reach.describe('"all", or ids.'),
      expiresDays: z.number().int().min(1).max(KEY_DAYS_MAX).optional(),
    }),
    status: CREATED,
    result: done.extend({
      id: z.string(),
      key: z.string().optional().describe('Shown once; absent where the answer is repeated.'),
      message: z.string(),
    }),
    isSecret: true,
    async run({ body: { expiresDays = null, ...wanted }, caller }) {
      const { id, key } = await adminFor(caller).addKey({ ...wanted, expiresDays });
      return {
        status: CREATED,
        body: { success: true, id, key, message: SHOWN_ONCE },
        keptBody: { success: true, id, message: NOT_AGAIN },
      };
    },
  });
}

function revokeKey({ adminFor }: RestParts): RestRoute {
  return defineRoute({
    id: 'revokeKey',
    method: 'delete',
    path: '/api/v1/keys/{id}',
    tag: 'Keys',
    summary: 'Revokes a key; its open requests end within a second',
    role: 'admin',
    params: idParams,
    query: NOTHING,
    body: null,
    status: NO_CONTENT,
    result: null,
    async run({ params, caller }) {
      await adminFor(caller).revokeKey(params.id);
      return {};
    },
  });
}

export function organizationRoutes(parts: RestParts): RestRoute[] {
  const all = [
    ...[listOrganizations, addOrganization, removeOrganization],
    ...[listKeys, createKey, revokeKey],
  ];
  return all.map((route) => route(parts));
}
