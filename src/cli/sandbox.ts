/** The command `sandbox`: runs the local Billy until a signal, and prints its address and token. */
import { systemClock } from '../core/clock.js';
import { parseSandboxOptions } from '../sandbox/command.js';
import { startSandbox } from '../sandbox/sandbox.js';
import type { Flags } from './flags.js';
import type { Host } from './host.js';
import { onStop } from './stop-signals.js';

export async function runSandbox(flags: Flags, host: Host): Promise<void> {
  const sandbox = await startSandbox(parseSandboxOptions(flags, systemClock));
  onStop(host, () => sandbox.close());
  process.stdout.write(`${JSON.stringify({ url: sandbox.url, token: sandbox.token })}\n`);
}
