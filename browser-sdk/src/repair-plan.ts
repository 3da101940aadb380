import { prefixAt } from './digest.ts';

/** What a repair decides, apart from how it asks and what it does with the answers. */
export interface RepairPlan {
  /** Bytes of the digests of buckets that are compared first; the others would hardly ever tell more. */
  readonly digestWidth: number;
  /** Bytes of the cells' digests, which are told apart only within a bucket of some 16. */
  readonly keyWidth: number;
  /** The depth at which the buckets of a slice have some 16 keys; 0: so few that all may come. */
  depthFor(keys: number): number;
  /** Whether so few cells are better fetched than told apart. */
  isFew(cells: number): boolean;
  /** Of the own cells, by what their digests begin with, those that the server does not have. */
  surplus(own: ReadonlyMap<string, string>, theirs: ReadonlySet<string>): string[];
  /** What the server's cells begin with that are not among the own ones. */
  missing(own: ReadonlyMap<string, string>, theirs: ReadonlySet<string>): string[];
  /** Whether digests that were cut have hidden a difference. */
  isRepaired(ownRoot: Uint8Array, theirRoot: Uint8Array): boolean;
}

const FEW_CELLS = 32;

/** What stands one behind the other in an answer. */
export function prefixSet(bytes: Uint8Array, width: number): ReadonlySet<string> {
  const prefixes: Set<string> = new Set();
  for (let at = 0; at < bytes.length; at += width) prefixes.add(prefixAt(bytes, at, width));
  return prefixes;
}

/** How repairs are done. */
export const PLAN: RepairPlan = {
  digestWidth: 3,
  keyWidth: 2,
  depthFor: (keys) => (keys < 64 ? 0 : keys < 1_024 ? 1 : keys < 16_384 ? 2 : 3),
  isFew: (cells) => cells <= FEW_CELLS,
  surplus: (own, theirs) =>
    [...own].filter(([, prefix]) => !theirs.has(prefix)).map(([key]) => key),
  missing: (own, theirs) => {
    const known = new Set(own.values());
    return [...theirs].filter((prefix) => !known.has(prefix));
  },
  isRepaired: (ownRoot, theirRoot) => ownRoot.every((byte, i) => byte === theirRoot[i]),
};
