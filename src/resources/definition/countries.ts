/**
 * ISO 3166-1 countries with names in two languages. The library's main entry would load all of its eighty.
 * They are loaded when the first row or record with a country is read, so that an idle server does without them.
 */
import { createRequire } from 'node:module';
import type * as Library from 'i18n-iso-countries';

/** Languages in which a file may name a country. */
export const LANGUAGES = ['en', 'da'] as const;

const require = createRequire(import.meta.url);

let loaded: typeof Library | null = null;

function load(): typeof Library {
  const countries = require('i18n-iso-countries/index.js') as typeof Library;
  for (const language of LANGUAGES) {
    const names = require(`i18n-iso-countries/langs/${language}.json`) as Library.LocaleData;
    countries.registerLocale(names);
  }
  return countries;
}

export function knownCountries(): typeof Library {
  loaded ??= load();
  return loaded;
}
