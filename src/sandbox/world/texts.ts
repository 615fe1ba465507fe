/** The sentences in answers, in English and Danish. Clients must match on codes, never on these. */

export type Language = 'en' | 'da';
export interface Localized {
  readonly en: string;
  readonly da: string;
}

/** The language that the header asks for; null if it asks for another one (Node's fetch sends `*`). */
export function languageOf(acceptLanguage: string | undefined): Language | null {
  const wanted = /^\s*(en|da)(?![a-z])/i.exec(acceptLanguage ?? '')?.[1]?.toLowerCase();
  return wanted === 'en' || wanted === 'da' ? wanted : null;
}

export function isLocalized(value: unknown): value is Localized {
  return value !== null && typeof value === 'object' && 'en' in value && 'da' in value;
}

export const TEXT = {
  bodyNotObject: {
    en: 'The request body must be a JSON object.',
    da: 'Forespørgslens indhold skal være et JSON-objekt.',
  },
  bodyTooLarge: {
    en: 'The request body is too large.',
    da: 'Forespørgslens indhold er for stort.',
  },
  tokenInvalid: {
    en: 'Invalid OAuth 2 access token.',
    da: 'Ugyldig OAuth 2-adgangsnøgle.',
  },
  tokenMissing: {
    en: 'You have to be authenticated to do this.',
    da: 'Du skal være logget ind for at gøre dette.',
  },
  unknownRoute: { en: 'The resource does not exist.', da: 'Ressourcen findes ikke.' },
  wrongVerb: {
    en: 'The method is not allowed on this resource.',
    da: 'Metoden er ikke tilladt på denne ressource.',
  },
  forbidden: {
    en: 'You do not have access to this.',
    da: 'Du har ikke adgang til dette.',
  },
  noDeleteIds: {
    en: 'The ids parameter must be a non-empty array.',
    da: 'Parameteren ids skal være en liste med indhold.',
  },
  tooManyRecords: {
    en: 'Too many records in one request.',
    da: 'For mange poster i én forespørgsel.',
  },
  tooManyRequests: { en: 'Too many requests.', da: 'For mange forespørgsler.' },
  serverFailed: { en: 'Something went wrong.', da: 'Noget gik galt.' },
  invalid: {
    en: 'The record could not be saved; some fields are not valid.',
    da: 'Posten kunne ikke gemmes; nogle felter er ikke gyldige.',
  },
  invalidRecord: { en: 'Invalid record', da: 'Ugyldig post' },
  periodLocked: {
    en: 'is on or before the date up to which the books are closed',
    da: 'ligger før eller på datoen, som regnskabet er låst til',
  },
  periodSettled: {
    en: 'is in a period with a settled VAT return',
    da: 'ligger i en periode, hvis moms er afregnet',
  },
  required: { en: 'must be set', da: 'skal udfyldes' },
  mustNotBeSet: { en: 'must not be set', da: 'må ikke sættes' },
  mustNotChange: { en: 'must not be changed', da: 'må ikke ændres' },
  readOnly: { en: 'is read-only', da: 'kan ikke ændres' },
  unknownProperty: { en: 'is not a known property', da: 'er ikke en kendt egenskab' },
  idMismatch: {
    en: 'must be the id of the URL',
    da: 'skal være det samme id som i adressen',
  },
  notText: { en: 'must be a string', da: 'skal være en tekst' },
  notNumber: { en: 'must be a number', da: 'skal være et tal' },
  notInteger: { en: 'must be a whole number', da: 'skal være et heltal' },
  notBoolean: { en: 'must be true or false', da: 'skal være sandt eller falsk' },
  notDate: { en: 'must be a date as YYYY-MM-DD', da: 'skal være en dato som ÅÅÅÅ-MM-DD' },
  notList: { en: 'must be a list of objects', da: 'skal være en liste af objekter' },
  notFound: { en: 'was not found', da: 'blev ikke fundet' },
  notUnique: { en: 'is already in use', da: 'er allerede i brug' },
  organizationDiffers: {
    en: 'must be the organization of the access token',
    da: 'skal være adgangsnøglens virksomhed',
  },
  personNeedsNameOrEmail: {
    en: 'A contact person must have a name or an e-mail.',
    da: 'En kontaktperson skal have et navn eller en e-mail.',
  },
  currencyTwice: {
    en: 'There must be only one price for each currency.',
    da: 'Der må kun være én pris for hver valuta.',
  },
  noLines: { en: 'must have at least one line', da: 'skal have mindst én linje' },
  approvalIrreversible: {
    en: 'An approved record cannot become a draft again.',
    da: 'En godkendt post kan ikke blive kladde igen.',
  },
  personOfOther: {
    en: 'must be a contact person of the contact',
    da: 'skal være en kontaktperson hos kontakten',
  },
  approvedNotDeletable: {
    en: 'An approved record cannot be deleted.',
    da: 'En godkendt post kan ikke slettes.',
  },
  recordInUse: {
    en: 'The record is in use and cannot be deleted.',
    da: 'Posten er i brug og kan ikke slettes.',
  },
  predefined: {
    en: 'A predefined record cannot be deleted.',
    da: 'En foruddefineret post kan ikke slettes.',
  },
  sortUnsupported: {
    en: 'sortProperty is not supported here.',
    da: 'sortProperty understøttes ikke her.',
  },
  pageSizeTooLarge: {
    en: 'pageSize must be 1000 or less.',
    da: 'pageSize må højst være 1000.',
  },
} as const satisfies Record<string, Localized>;

/** The only text that clients are known to quote (billy-api.md section 2.4). */
export function recordNotFound(singular: string, id: string): Localized {
  return {
    en: `No \`${singular}\` record with id \`${id}\` was found.`,
    da: `Der blev ikke fundet en \`${singular}\` med id \`${id}\`.`,
  };
}

export function locked(reason: string): Localized {
  return {
    en: `The organization is locked: ${reason}`,
    da: `Virksomheden er låst: ${reason}`,
  };
}

export function invalidParameter(name: string): Localized {
  return {
    en: `The query parameter ${name} is not valid.`,
    da: `Forespørgselsparameteren ${name} er ikke gyldig.`,
  };
}

export function missingParameter(name: string): Localized {
  return {
    en: `The query parameter ${name} is required.`,
    da: `Forespørgselsparameteren ${name} er påkrævet.`,
  };
}

export function tooLong(max: number): Localized {
  return {
    en: `must have at most ${String(max)} characters`,
    da: `må højst have ${String(max)} tegn`,
  };
}

export function notOneOf(values: readonly string[]): Localized {
  return {
    en: `must be one of ${values.join(', ')}`,
    da: `skal være en af ${values.join(', ')}`,
  };
}

export function missingRoot(root: string): Localized {
  return {
    en: `The request body must have a property ${root}.`,
    da: `Forespørgslens indhold skal have egenskaben ${root}.`,
  };
}

export function unknownRoot(names: readonly string[]): Localized {
  return {
    en: `The request body must not have the properties ${names.join(', ')}.`,
    da: `Forespørgslens indhold må ikke have egenskaberne ${names.join(', ')}.`,
  };
}
