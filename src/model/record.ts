/** The types of Billy's values and records, cut to the fields that this program writes or compares. */

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Scalar = string | number | boolean | null;

/** A record of Billy, cut to the fields that we write or compare; children by relation name. */
export interface RecordImage {
  readonly id: string;
  readonly fields: Readonly<Record<string, Scalar>>;
  readonly children: Readonly<Record<string, readonly ChildImage[]>>;
  /** Further writable properties that are not empty; absent: there are none. */
  readonly others?: Readonly<Record<string, Json>>;
  /** By text field: the name of the record that the field refers to, if Billy sent it. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface ChildImage {
  /** null: Billy's answer did not contain it. */
  readonly id: string | null;
  readonly fields: Readonly<Record<string, Scalar>>;
  /** As in a record; not known for a child without an id. */
  readonly others?: Readonly<Record<string, Json>>;
}
