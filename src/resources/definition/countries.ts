/**
 * ISO 3166-1 countries with names in two languages. The library's main entry would load all of its eighty.
 */
import { createRequire } from 'node:module';
import countries from 'i18n-iso-countries/index.js';

/** Languages in which a file may name a country. */
export const LANGUAGES = ['en', 'da'] as const;

const require = createRequire(import.meta.url);

for (const language of LANGUAGES) {
  const names = require(`i18n-iso-countries/langs/${language}.json`) as countries.LocaleData;
  countries.registerLocale(names);
}

export const COUNTRIES = countries;
