/** The routes of a browser's session: sign in by a key or by the code of the login link, see it, sign out. */
import { z } from 'zod';
import { InputError } from '../../core/errors.js';
import { ROLES } from '../../model/access.js';
import { signedInTo } from '../web-route.js';
import {
  defineOpenRoute,
  defineRoute,
  type RestParts,
  type RestRoute,
  type SessionDoor,
} from './route.js';

const TAG = 'Session';
const SECRET_CHARS_MAX = 1000;
const NOTHING = z.strictObject({});
/** The page that a browser sees after the login link. */
const AFTER_LINK = '/api/v1/session';
const SEE_OTHER = 303;
const NO_CONTENT = 204;

const done = z.looseObject({ success: z.literal(true) });
const session = done.extend({
  session: z.looseObject({
    actor: z.string(),
    role: z.enum(ROLES),
    organizations: z.union([z.literal('all'), z.array(z.string())]),
    expiresAt: z.string().nullable(),
  }),
});

const secret = z.string().min(1).max(SECRET_CHARS_MAX);

function oneOfTwo(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'A sign-in needs a key or a code, and not both.',
    hint: 'Send {"key":"bbk_..."}, or {"code":"..."} with the code of the link that the server printed.',
  });
}

const getSession = defineRoute({
  id: 'getSession',
  method: 'get',
  path: '/api/v1/session',
  tag: TAG,
  summary: 'The caller, its role and its organizations',
  role: 'viewer',
  params: NOTHING,
  query: NOTHING,
  body: null,
  status: 200,
  result: session,
  run({ web }) {
    const { caller, expiresAt } = signedInTo(web);
    const { actor, role, organizations } = caller;
    const body = { success: true, session: { actor, role, organizations, expiresAt } };
    return Promise.resolve({ body });
  },
});

function loginRoute(door: SessionDoor): RestRoute {
  return defineOpenRoute({
    id: 'login',
    method: 'post',
    path: '/login',
    tag: TAG,
    summary: 'Begins a session with a key, or with the code of the login link',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({ key: secret.optional(), code: secret.optional() }),
    status: 200,
    result: done,
    isSecret: true,
    async run({ body: { key, code }, web }) {
      if ((key === undefined) === (code === undefined)) throw oneOfTwo();
      const cookie =
        key === undefined
          ? await door.enterByCode(web, code ?? '')
          : await door.enterByKey(web, key);
      return { body: { success: true }, headers: { 'set-cookie': cookie } };
    },
  });
}

function loginLinkRoute(door: SessionDoor): RestRoute {
  return defineOpenRoute({
    id: 'openLoginLink',
    method: 'get',
    path: '/login',
    tag: TAG,
    summary: 'The login link that the server prints: begins a session and leads on',
    params: NOTHING,
    query: z.strictObject({ code: secret }),
    body: null,
    status: SEE_OTHER,
    result: null,
    isSecret: true,
    async run({ query: { code }, web }) {
      const headers = { 'set-cookie': await door.enterByCode(web, code), location: AFTER_LINK };
      return { status: SEE_OTHER, headers };
    },
  });
}

function logoutRoute(door: SessionDoor): RestRoute {
  return defineRoute({
    id: 'logout',
    method: 'post',
    path: '/logout',
    tag: TAG,
    summary: 'Ends the session',
    role: 'viewer',
    params: NOTHING,
    query: NOTHING,
    body: null,
    status: NO_CONTENT,
    result: null,
    async run({ web }) {
      return { status: NO_CONTENT, headers: { 'set-cookie': await door.leave(web) } };
    },
  });
}

export function sessionRoutes({ door }: Pick<RestParts, 'door'>): RestRoute[] {
  return [getSession, loginRoute(door), loginLinkRoute(door), logoutRoute(door)];
}
