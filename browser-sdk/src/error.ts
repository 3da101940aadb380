/** The codes of PROTOCOL section 6. */
export type WireCode =
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
  /** Why, only a later version knows; the text says it. */
  | 'REFUSED';

/** The codes that an application can meet: the wire's and the client's own. */
export type ErrorCode =
  | WireCode
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

/** What was read is not the encoding or no message. */
export function malformed(text: string): TopGunError {
  return new TopGunError('MALFORMED', text);
}

export function invalidValue(text: string): TopGunError {
  return new TopGunError('INVALID_VALUE', text);
}

/** Every code; the type makes a missing one not compile. */
const WIRE_CODES: { readonly [C in WireCode]: true } = {
  INVALID_MAP_NAME: true,
  INVALID_KEY: true,
  INVALID_VALUE: true,
  INVALID_STAMP: true,
  VALUE_TOO_LARGE: true,
  TOO_MANY_FIELDS: true,
  UNKNOWN_KIND: true,
  KIND_MISMATCH: true,
  FUTURE_STAMP: true,
  STALE: true,
  NOT_PERSISTED: true,
  OVERLOADED: true,
  MALFORMED: true,
  UNKNOWN_TYPE: true,
  TOO_MANY: true,
  UNAUTHENTICATED: true,
  VERSION: true,
  HELLO_TIMEOUT: true,
  UNEXPECTED: true,
  REFUSED: true,
};

export function isWireCode(code: string): code is WireCode {
  return Object.hasOwn(WIRE_CODES, code);
}
