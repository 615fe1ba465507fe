/** The systems whose exports are recognized by their headers. */
import type { Preset } from './preset.js';

export const PRESETS: readonly Preset[] = [];
