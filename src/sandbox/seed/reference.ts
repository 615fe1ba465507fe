/** Adds countries, currencies, locales and a few places, which all organizations share. */
import type { SandboxUnknowns } from '../world/options.js';
import type { Localized } from '../world/texts.js';
import type { World } from '../world/world.js';
import { addRecord } from './add-record.js';

// ISO 3166-1.
const COUNTRY_CODES = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`;

const COUNTRIES_WITH_STATES: ReadonlySet<string> = new Set(['US', 'CA', 'AU']);

const HOME: Readonly<Record<string, readonly [locale: string, currency: string]>> = {
  DK: ['da_DK', 'DKK'],
  SE: ['sv_SE', 'SEK'],
  NO: ['nb_NO', 'NOK'],
  DE: ['de_DE', 'EUR'],
  FR: ['fr_FR', 'EUR'],
  NL: ['nl_NL', 'EUR'],
  GB: ['en_GB', 'GBP'],
  US: ['en_US', 'USD'],
};

/** Made-up exchange rates: Danish kroner for one unit. */
const CURRENCY_RATES: Readonly<Record<string, number>> = {
  DKK: 1,
  EUR: 7.46,
  USD: 6.9,
  GBP: 8.72,
  SEK: 0.66,
  NOK: 0.64,
  CHF: 7.9,
  ISK: 0.05,
  PLN: 1.74,
  CZK: 0.3,
  HUF: 0.019,
  CAD: 5.05,
  AUD: 4.55,
  JPY: 0.046,
  CNY: 0.96,
};

const LOCALES: Readonly<Record<string, string>> = {
  da_DK: 'Dansk',
  en_US: 'English (US)',
  en_GB: 'English (UK)',
  de_DE: 'Deutsch',
  fr_FR: 'Français',
  nl_NL: 'Nederlands',
  sv_SE: 'Svenska',
  nb_NO: 'Norsk bokmål',
};

function namer(type: 'region' | 'currency'): (code: string) => Localized {
  const [english, danish] = ['en', 'da'].map((locale) => new Intl.DisplayNames([locale], { type }));
  return (code) => ({ en: english?.of(code) ?? code, da: danish?.of(code) ?? code });
}

// Countries and territories in the ISO list that few programs include.
const RARE_COUNTRIES: ReadonlySet<string> = new Set(
  'AQ AX BL BQ BV CW EH GG GS HM IM IO JE MF PS SS SX TF UM'.split(' '),
);

function addCountries(world: World, unknowns: SandboxUnknowns): void {
  const nameOf = namer('region');
  for (const id of COUNTRY_CODES.trim().split(/\s+/)) {
    if (unknowns.countries === 'fewer' && RARE_COUNTRIES.has(id)) continue;
    const [localeId = null, currencyId = null] = HOME[id] ?? [];
    const hasStates = COUNTRIES_WITH_STATES.has(id);
    const values = {
      name: nameOf(id),
      hasStates,
      hasFiniteStates: hasStates,
      hasFiniteZipcodes: id === 'US',
      icon: id.toLowerCase(),
      localeId,
      currencyId,
    };
    addRecord(world, { collection: 'countries', id, organizationId: null, values });
  }
}

const DANISH_CITIES: Readonly<Record<string, string>> = {
  dk_aalborg: 'Aalborg',
  dk_aarhus_c: 'Aarhus C',
  dk_odense_c: 'Odense C',
};

function addPlaces(world: World): void {
  const place = { countryId: 'US', stateId: 'us_co' };
  addRecord(world, {
    collection: 'states',
    id: 'us_co',
    organizationId: null,
    values: { countryId: 'US', name: 'Colorado' },
  });
  for (const [id, name] of Object.entries(DANISH_CITIES)) {
    const values = { countryId: 'DK', name, county: null };
    addRecord(world, { collection: 'cities', id, organizationId: null, values });
  }
  addRecord(world, {
    collection: 'cities',
    id: 'us_co_denver',
    organizationId: null,
    values: { ...place, name: 'Denver', county: 'Denver' },
  });
  addRecord(world, {
    collection: 'zipcodes',
    id: 'us_80209',
    organizationId: null,
    values: {
      ...place,
      zipcode: '80209',
      cityId: 'us_co_denver',
      latitude: 39.7,
      longitude: -104.97,
    },
  });
}

export function addReferenceData(world: World, unknowns: SandboxUnknowns): void {
  const nameOf = namer('currency');
  for (const [id, exchangeRate] of Object.entries(CURRENCY_RATES)) {
    const values = { name: nameOf(id), exchangeRate };
    addRecord(world, { collection: 'currencies', id, organizationId: null, values });
  }
  for (const [id, name] of Object.entries(LOCALES)) {
    const values = { name, icon: id.slice(-2).toLowerCase() };
    addRecord(world, { collection: 'locales', id, organizationId: null, values });
  }
  addCountries(world, unknowns);
  addPlaces(world);
}
