import { Replicache } from 'replicache';

export async function open() {
  const replicache = new Replicache({
    name: 'bench',
    kvStore: 'mem',
    logLevel: 'error',
    mutators: {
      async put(transaction, rows) {
        for (const row of rows) await transaction.set(row.id, row);
      },
    },
  });
  return {
    write: (rows) => replicache.mutate.put(rows),
    subscribe: (id, listener) => {
      replicache.subscribe((transaction) => transaction.get(id), listener);
    },
  };
}
