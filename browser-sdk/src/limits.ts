import { utf8Length } from './text.ts';

/** The limits of PROTOCOL section 6 that bind a client. */
export interface Limits {
  readonly frameBytesMax: number;
  readonly opsPerFrameMax: number;
  readonly mapNameBytesMax: number;
  readonly keyBytesMax: number;
  readonly valueBytesMax: number;
  readonly fieldsMax: number;
  readonly tagsMax: number;
  readonly sharesMax: number;
  readonly depthMax: number;
  readonly clockAheadMsMax: number;
}

export const DEFAULT_LIMITS: Limits = {
  frameBytesMax: 1_048_576,
  opsPerFrameMax: 10_000,
  mapNameBytesMax: 128,
  keyBytesMax: 1_024,
  valueBytesMax: 262_144,
  fieldsMax: 1_024,
  tagsMax: 65_536,
  sharesMax: 131_072,
  depthMax: 32,
  clockAheadMsMax: 60_000,
};

/** For what this browser has kept: it was checked when it came, perhaps by a server with wider limits. */
export const KEPT_LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  mapNameBytesMax: Infinity,
  keyBytesMax: Infinity,
  depthMax: 1_024,
};

const MAP_NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/;

export function isMapName(name: unknown, limits: Limits): boolean {
  return typeof name === 'string' && name.length <= limits.mapNameBytesMax && MAP_NAME.test(name);
}

export function isKey(key: unknown, bytesMax: number): key is string {
  if (typeof key !== 'string' || key === '') return false;
  const length = utf8Length(key);
  return length > 0 && length <= bytesMax;
}
