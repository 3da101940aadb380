import { IndexedDbStore, TopGunClient } from '../../src/index.ts';
import { STORE_CONTRACT } from '../support/store-contract.ts';

/** What the browser tests call in the page. */
export interface Fixture {
  readonly TopGunClient: typeof TopGunClient;
  runContract(name: string): Promise<void>;
}

declare global {
  var fixture: Fixture;
}

globalThis.fixture = {
  TopGunClient,
  async runContract(name) {
    const found = STORE_CONTRACT.find((it) => it.name === name);
    if (found === undefined) throw new Error(`no case ${name}`);
    await found.run(async () => new IndexedDbStore(`contract ${name}`));
  },
};
