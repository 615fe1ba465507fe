/** The systems whose exports are recognized by their headers. */
import { CRM } from './crm.js';
import { DINERO } from './dinero.js';
import { E_CONOMIC } from './e-conomic.js';
import { GOOGLE } from './google.js';
import { MAGENTO } from './magento.js';
import { OUTLOOK } from './outlook.js';
import type { Preset } from './preset.js';
import { PRESTASHOP } from './prestashop.js';
import { QUICKBOOKS } from './quickbooks.js';
import { SALDI } from './saldi.js';
import { SHOPIFY } from './shopify.js';
import { UNICONTA } from './uniconta.js';
import { WOOCOMMERCE } from './woocommerce.js';
import { XERO } from './xero.js';

export const PRESETS: readonly Preset[] = [
  ...OUTLOOK,
  ...GOOGLE,
  ...XERO,
  ...SHOPIFY,
  ...WOOCOMMERCE,
  ...MAGENTO,
  ...PRESTASHOP,
  ...SALDI,
  ...UNICONTA,
  ...E_CONOMIC,
  ...DINERO,
  ...QUICKBOOKS,
  ...CRM,
];
