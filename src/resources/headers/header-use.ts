/** The way of a header's cells into a row: the column, and the part of its value that they are. */

/**
 * whole: the value · joined: one of several texts that stand behind each other · spare: used where the whole is
 * blank · firstName, lastName: make the name where it is blank · postalPlace: zip code and city in one cell.
 */
export const PARTS = ['whole', 'joined', 'spare', 'firstName', 'lastName', 'postalPlace'] as const;
export type Part = (typeof PARTS)[number];

export interface HeaderUse {
  readonly column: string;
  readonly part: Part;
}

/** The knowledge of the headers about a column. */
export interface NamedColumn {
  readonly name: string;
  readonly kind: 'text' | 'amount' | 'date' | 'boolean';
  /** Other usual headers for this column. */
  readonly aliases: readonly string[];
  /** Those of its names that give way to any other one: `mobil` where the file has `telefon`. */
  readonly spares?: readonly string[];
  /** Columns for values of one kind: a header that names such a kind keeps it, also where it is mapped to this column. */
  readonly kinds?: readonly string[];
  /** Headers of parts of the value. */
  readonly parts?: Readonly<Partial<Record<Part, readonly string[]>>>;
  /** Columns of which the file must have one; else headers of this column are not understood. */
  readonly besides?: readonly string[];
  /** In a file of new records without this column, the header of that one is read as this one, with a warning. */
  readonly standIn?: string;
  /** True: of two headers the first is used, with a warning. Otherwise the file is refused. */
  readonly mayRepeat?: boolean;
}

/** A kind of header that is not understood and may hold values that matter. */
export interface HeaderQuestion {
  /** The noun that the header seems to mean: `a price`. */
  readonly what: string;
  readonly pattern: RegExp;
  /** The columns that such a value could fill. Where the file has one of them, it is not missed. */
  readonly columns: readonly string[];
  /** The cells that matter; absent: every filled one. */
  readonly cells?: RegExp;
  /** True: its words leave no doubt. It is asked of harmless headers too, and in place of other questions. */
  readonly isSure?: boolean;
  /** The way out; absent: a mapping to the columns, or to null. */
  readonly hint?: string;
}

/** The part of a resource that headers are read with. */
export interface HeaderRules {
  readonly name: string;
  readonly columns: readonly NamedColumn[];
  readonly questions: readonly HeaderQuestion[];
  /** Headers that look like one of the questions, and are none: cost prices, telephone numbers. */
  readonly harmless: RegExp;
  /** The effect of a price header's word on VAT: it fills this column; null: a price with VAT is not taken. */
  readonly taxModeColumn: string | null;
}
