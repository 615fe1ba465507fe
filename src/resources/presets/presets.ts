/** The systems whose exports are recognized by their headers. */
import { CRM } from './crm.js';
import { E_CONOMIC } from './e-conomic.js';
import { GOOGLE } from './google.js';
import { OUTLOOK } from './outlook.js';
import type { Preset } from './preset.js';
import { SALDI } from './saldi.js';
import { SHOPIFY } from './shopify.js';
import { UNICONTA } from './uniconta.js';
import { WEB_SHOPS } from './web-shops.js';
import { WOOCOMMERCE } from './woocommerce.js';
import { XERO } from './xero.js';

export const PRESETS: readonly Preset[] = [
  ...OUTLOOK,
  ...GOOGLE,
  ...XERO,
  ...SHOPIFY,
  ...WOOCOMMERCE,
  ...WEB_SHOPS,
  ...SALDI,
  ...UNICONTA,
  ...E_CONOMIC,
  ...CRM,
];
