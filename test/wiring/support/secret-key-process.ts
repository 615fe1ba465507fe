// A process that opens the key ring of a data folder when it is told to, and answers with a sealed text.
import { resolveConfig } from '../../../src/config.js';
import { systemClock } from '../../../src/core/clock.js';
import { openKeyRing } from '../../../src/wiring/secret-key.js';

const [, , folder = ''] = process.argv;
const config = resolveConfig({ flags: {}, env: { BULK_DATA_DIR: folder } });

process.once('message', () => {
  const ring = openKeyRing(config, systemClock);
  const sealed = ring.seal('token', { organizationId: 'alfa', purpose: 'billy-token' });
  process.send?.(sealed, () => {
    process.disconnect();
  });
});
process.send?.('ready');
