/** The ids that `runs` stand for. */
export function* idsOf(runs: readonly number[]): IterableIterator<number> {
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const first = runs[i] as number;
    const count = runs[i + 1] as number;
    for (let id = first; id < first + count; id++) yield id;
  }
}
