// An authorization server (oidc-provider) on this machine, with a client that may ask for tokens by itself.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { onTestFinished } from 'vitest';

export const CLIENT = {
  clientId: 'assistent',
  clientSecret: 'hemmelighed-paa-32-tegn-og-lidt-til',
};

export interface AuthorizationServer {
  readonly issuer: string;
  close(): Promise<void>;
}

/** Every token is a JWT for the resource that was asked for, and names the organizations. */
export async function openAuthorizationServer(
  organizations: readonly string[],
  scope = 'bulk:read bulk:write',
): Promise<AuthorizationServer> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        scope,
      },
    ],
    scopes: ['bulk:read', 'bulk:write', 'bulk:admin'],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope,
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 3600,
        }),
        defaultResource: () => '',
        useGrantedResource: () => true,
      },
    },
    extraTokenClaims: () => ({ billy_organizations: [...organizations] }),
  });
  server.on('request', (message, response) => {
    void provider.callback()(message, response);
  });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  };
  onTestFinished(close);
  return { issuer, close };
}
