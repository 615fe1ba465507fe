// The settings of a server in tests: on this machine, any free port, no limits.
import type { HttpSettings } from '../../../../src/server/http/http-server.js';

export const ADMIN_KEY = 'the-admin-key-of-these-tests-0123456789';

export const SETTINGS: HttpSettings = {
  host: '127.0.0.1',
  port: 0,
  publicUrl: undefined,
  allowedHosts: [],
  isInsecureAllowed: false,
  adminKey: ADMIN_KEY,
  trustProxy: undefined,
  callerRate: null,
  oauth: null,
};
