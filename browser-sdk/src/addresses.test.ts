import { describe, expect, it } from 'vitest';
import { Addresses } from './addresses.ts';

const A = 'ws://a/sync';
const B = 'ws://b/sync';
const C = 'ws://c/sync';

/** What is tried in one go when nothing answers, the current one first. */
function round(addresses: Addresses): string[] {
  const tried = [addresses.current];
  while (addresses.next()) tried.push(addresses.current);
  return tried;
}

describe('the addresses', () => {
  it('are tried each once, the configured ones first, before all begin again', () => {
    const addresses = new Addresses([A, B], false, () => 0.5);
    addresses.tell(['http://c', 'http://a', 'ws://d:1/path']);
    expect(round(addresses)).toEqual([A, B, C, 'ws://d:1/path']);
    expect(round(addresses)).toEqual([A, B, C, 'ws://d:1/path']);
  });

  it('begin again with none tried when one has proved good', () => {
    const addresses = new Addresses([A, B], false);
    addresses.tell(['http://c']);
    addresses.next();
    addresses.settle();
    expect(round(addresses)).toEqual([B, A, C]);
  });

  it('that are told replace those told before, also while one of those is in use', () => {
    const addresses = new Addresses([A], false);
    addresses.tell(['http://b']);
    addresses.next();
    addresses.tell(['http://c']);
    expect(addresses.current).toBe(B);
    expect(addresses.hasUntried).toBe(true);
    expect([addresses.next(), addresses.current]).toEqual([true, C]);
    expect(round(addresses)).toEqual([C]);
    expect(round(addresses)).toEqual([A, C]);
  });

  it('that are told are not tried in the order in which every other client is told them', () => {
    const random = [0.9, 0.1, 0.5];
    const addresses = new Addresses([A], false, () => random.shift() ?? 0);
    addresses.tell(['http://x', 'http://y', 'http://z']);
    expect(round(addresses)).toEqual([A, 'ws://y/sync', 'ws://z/sync', 'ws://x/sync']);
  });

  it('that are told may be none, twice the same, or no addresses at all', () => {
    const addresses = new Addresses([A], false);
    addresses.tell(['http://b', 'http://b', '', 'nowhere', 'ftp://b']);
    expect(round(addresses)).toEqual([A, B]);
    addresses.tell([]);
    expect(addresses.hasUntried).toBe(false);
    expect(round(addresses)).toEqual([A]);
  });

  it.each([
    ['the page came over TLS', [A], true],
    ['all that was configured is', ['wss://a/sync'], false],
  ])('without TLS are ignored when %s', (_, own, isPageSecure) => {
    const addresses = new Addresses(own, isPageSecure);
    addresses.tell(['http://b', 'https://c']);
    expect(addresses.ignored).toEqual([B]);
    expect(round(addresses)).toEqual([own[0], 'wss://c/sync']);
  });
});
