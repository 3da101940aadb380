import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { values } from '../test/support/arbitraries.ts';
import { CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import { compareText, utf8Length } from './text.ts';
import { normalize, type Value } from './value.ts';

function encode(value: Value): Uint8Array {
  const writer = new CborWriter();
  writer.value(value);
  return writer.finish();
}

describe('a writer', () => {
  const large = 'é'.repeat(1_000_000);

  it('grows with what is written, and keeps what it had', () => {
    const writer = new CborWriter();
    writer.integer(1);
    writer.text(large);
    const reader = new CborReader(writer.finish());
    expect([reader.value(), reader.value()]).toEqual([1, large]);
  });

  it('keeps its memory when it begins anew, unless that has grown large', () => {
    const writer = new CborWriter();
    writer.text('x'.repeat(10_000));
    const { byteLength } = writer.view;
    writer.clear();
    expect([writer.length, writer.view.byteLength]).toEqual([0, byteLength]);
    writer.text(large);
    writer.clear();
    expect(writer.view.byteLength).toBeLessThan(10_000);
  });
});

describe('a value', () => {
  it('survives the way to bytes and back', () => {
    fc.assert(
      fc.property(values, (value) => {
        const reader = new CborReader(encode(value));
        expect(reader.value()).toStrictEqual(value);
        reader.end();
      }),
      { numRuns: 500 },
    );
  });

  it('that is cut off anywhere is refused', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, cut) => {
        const bytes = encode(value);
        const reader = new CborReader(bytes.subarray(0, cut % bytes.length));
        expect(() => reader.value()).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
      }),
    );
  });

  it('of random bytes is refused or encodes to those bytes again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (bytes) => {
        const reader = new CborReader(bytes);
        let value: Value;
        try {
          value = reader.value();
        } catch (error) {
          expect(error).toMatchObject({ code: 'MALFORMED' });
          return;
        }
        expect(encode(value)).toEqual(bytes.slice(0, reader.position));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinity', Number.POSITIVE_INFINITY],
    ['a lone surrogate', 'a\udc00'],
    ['undefined inside', [undefined]],
    ['a Date', new Date()],
    ['2^63', 2n ** 63n],
    ['nesting of 33', nested(33)],
  ])('%s is refused', (_, input) => {
    expect(() => normalize(input, 32)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
  });

  it.each(['', 'é', '\u20ac', '\u{1f600}'])(
    'of text is UTF-8 of any length, ending in "%s"',
    (end) => {
      for (const length of [0, 1, 22, 23, 24, 62, 63, 64, 65, 254, 255, 256, 65_535, 65_536]) {
        const text = `${'a'.repeat(length)}${end}`;
        const utf8 = new TextEncoder().encode(text);
        const bytes = encode([text, 1]);
        expect(new CborReader(bytes).value()).toEqual([text, 1]);
        expect(bytes.length).toBe(2 + utf8.length + headBytes(utf8.length));
        expect(Buffer.compare(bytes.subarray(-1 - utf8.length, -1), utf8)).toBe(0);
      }
    },
  );

  it.each([1, 63, 64, 1_000])('of text of %d is not written with a lone surrogate', (length) => {
    expect(() => encode(`${'a'.repeat(length)}\udc00`)).toThrow('a lone surrogate');
  });

  it('may be nested 32 deep', () => {
    expect(new CborReader(encode(normalize(nested(32), 32))).value()).toEqual(nested(32));
  });
});

/** RFC 8949 section 3. */
function headBytes(length: number): number {
  if (length < 24) return 1;
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : 5;
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

describe('text order', () => {
  it('is by the length in UTF-8, then by its bytes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 6 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [left, right] = [Buffer.from(a), Buffer.from(b)];
        const order = left.length - right.length || Buffer.compare(left, right);
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(order));
        expect(utf8Length(a)).toBe(left.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
