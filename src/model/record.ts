/** Values and records of Billy, cut to what this program writes or compares. */

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Scalar = string | number | boolean | null;

/** A record of Billy, cut to the fields that we write or compare; children by relation name. */
export interface RecordImage {
  readonly id: string;
  readonly fields: Readonly<Record<string, Scalar>>;
  readonly children: Readonly<Record<string, readonly ChildImage[]>>;
  /** Further properties that Billy lets be written and that are not empty; absent: there are none. */
  readonly others?: Readonly<Record<string, Json>>;
  /** By text field: the name of the record that stands in place of the text, where Billy told it. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface ChildImage {
  /** null while Billy's answer did not name it. */
  readonly id: string | null;
  readonly fields: Readonly<Record<string, Scalar>>;
  /** As with a record; of a child without an id nobody knows them. */
  readonly others?: Readonly<Record<string, Json>>;
}
