/** ISO 3166-1, with names in two languages: the library's own entry loads all of its eighty. */
import { createRequire } from 'node:module';
import countries from 'i18n-iso-countries/index.js';

/** Of the names that files may call a country by. */
export const LANGUAGES = ['en', 'da'] as const;

const require = createRequire(import.meta.url);

for (const language of LANGUAGES) {
  const names = require(`i18n-iso-countries/langs/${language}.json`) as countries.LocaleData;
  countries.registerLocale(names);
}

export const COUNTRIES = countries;
