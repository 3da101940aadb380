/** The codes of PROTOCOL section 6 that an application can meet, and the client's own. */
export type ErrorCode =
  | 'INVALID_MAP_NAME'
  | 'INVALID_KEY'
  | 'INVALID_VALUE'
  | 'INVALID_STAMP'
  | 'VALUE_TOO_LARGE'
  | 'TOO_MANY_FIELDS'
  | 'UNKNOWN_KIND'
  | 'KIND_MISMATCH'
  | 'FUTURE_STAMP'
  | 'STALE'
  | 'NOT_PERSISTED'
  | 'OVERLOADED'
  | 'MALFORMED'
  | 'UNKNOWN_TYPE'
  | 'TOO_MANY'
  | 'UNAUTHENTICATED'
  | 'VERSION'
  | 'HELLO_TIMEOUT'
  | 'UNEXPECTED'
  /** What the application passed to the client cannot work. */
  | 'INVALID_OPTION'
  /** This browser's storage refused; the write lives in memory only. */
  | 'STORAGE_FAILED'
  /** The client was closed before the answer came; the write stays in a durable outbox. */
  | 'CLOSED';

/** The only error class of this package. */
export class TopGunError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, text: string) {
    super(text);
    this.name = 'TopGunError';
    this.code = code;
  }
}
