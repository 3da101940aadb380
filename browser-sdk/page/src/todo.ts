/** One row of the map `todos`. */
export interface Todo {
  readonly text: string;
  readonly done: boolean;
  /** When it was added, ms since 1970. */
  readonly at: number;
}
