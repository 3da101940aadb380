/** How long an entry can be seen (PROTOCOL section 3); all in ms, 0 for what it has not. */
export interface Life {
  /** From then on it reads as absent. */
  readonly expiresMs: number;
  /** So it does once nobody has touched it for this long. */
  readonly idleMs: number;
  readonly touchedMs: number;
}

/** Of an entry that goes only when it is removed; shared by all of them. */
export const FOREVER: Life = Object.freeze({ expiresMs: 0, idleMs: 0, touchedMs: 0 });

/** From when on the entry reads as absent; 0: never. */
export function endMsOf({ expiresMs, idleMs, touchedMs }: Life): number {
  if (idleMs === 0) return expiresMs;
  const idleEndMs = touchedMs + idleMs;
  return expiresMs === 0 ? idleEndMs : Math.min(expiresMs, idleEndMs);
}

export function isOver(life: Life, nowMs: number): boolean {
  if (life === FOREVER) return false;
  const endMs = endMsOf(life);
  return endMs !== 0 && nowMs >= endMs;
}

/** Which of two lives is the later one. */
export function compareLives(a: Life, b: Life): number {
  return a.expiresMs - b.expiresMs || a.idleMs - b.idleMs || a.touchedMs - b.touchedMs;
}
