import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CborWriter } from './cbor-writer.ts';
import { decodeFrame } from './message-codec.ts';

interface Vector {
  readonly name: string;
  readonly hex: string;
}

/** The golden vectors of messages. */
const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(
    new URL(
      '../../protocol/src/main/resources/io/topgun/protocol/vectors/messages.json',
      import.meta.url,
    ),
    'utf8',
  ),
);

const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** What no value may be: an indefinite array and a tag. */
const EXTRA = '9f01f93c00ff' + 'c11a514b67b0';
const EXTRA_COUNT = 2;

const elements = (hex: string): number => Number.parseInt(hex.slice(0, 2), 16) - 0x80;
const typeOf = (hex: string): string => hex.slice(2, hex.startsWith('18', 2) ? 6 : 4);

/** Optional elements come before those of a later version. */
function isWhole({ hex }: Vector): boolean {
  const most = VECTORS.filter((it) => typeOf(it.hex) === typeOf(hex)).map((it) => elements(it.hex));
  return elements(hex) === Math.max(...most);
}

describe('a server of a later version', () => {
  it.each(VECTORS.filter(isWhole))('may append elements: $name', ({ hex }) => {
    const head = (0x80 + elements(hex) + EXTRA_COUNT).toString(16);
    const ping = '8206' + '07';
    const [message, behind] = decodeFrame(unhex(head + hex.slice(2) + EXTRA + ping));
    expect(message).toEqual(decodeFrame(unhex(hex))[0]);
    expect(behind).toEqual({ type: 'PING', id: 7 });
  });

  it('may send messages of types that are not known here', () => {
    const [unknown, ping] = decodeFrame(unhex(`821863${EXTRA.slice(0, 12)}820607`));
    expect(unknown).toEqual({ type: 'UNKNOWN', typeId: 99 });
    expect(ping).toEqual({ type: 'PING', id: 7 });
  });

  it('may refuse with codes that are not known here', () => {
    const out = new CborWriter();
    out.array(4);
    out.integer(24);
    for (const text of ['FORBIDDEN', 'not yours']) out.text(text);
    out.null();
    expect(decodeFrame(out.finish())).toEqual([
      { type: 'ERROR', code: 'REFUSED', text: 'not yours', about: null },
    ]);
  });
});
