/** What a map can hold: JSON, bytes, and 64-bit integers (a `bigint` outside ±(2^53-1)). */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value };
