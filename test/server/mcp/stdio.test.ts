// One process serves either era over stdio, and stops when its client hangs up.
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  CLIENT_KINDS,
  makeHome,
  openServer,
  type Connection,
} from '../../support/stdio-clients.js';

async function open(kind: (typeof CLIENT_KINDS)[number]): Promise<Connection> {
  const home = await makeHome();
  onTestFinished(home.remove);
  return openServer({ BULK_DATA_DIR: home.dataDir, BULK_ALLOWED_DIRS: home.folder }, kind);
}

describe.each(CLIENT_KINDS)('served to the %s', (kind) => {
  it('answers, logs in JSON on stderr alone, and ends with its client', async () => {
    const connection = await open(kind);
    expect((await connection.listTools()).length).toBeGreaterThan(0);
    const template = await connection.callTool('download_csv_template', {
      resourceType: 'customer',
    });
    expect(template.isError).toBe(false);
    const startedMs = performance.now();
    await connection.close();
    // The transport waits two seconds before it takes to signals.
    expect(performance.now() - startedMs).toBeLessThan(2000);
    const events = connection.stderrLines.map((line) => JSON.parse(line) as { event?: string });
    expect(events.map(({ event }) => event)).toContain('started');
  });
});
