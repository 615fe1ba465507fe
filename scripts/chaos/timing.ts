/** How long things take in the simulation, as a server would be told in its settings. */
export const TIMEOUT_MS = 2000;
export const SETTLE_MS = 3000;
export const LEASE_MS = 6000;
