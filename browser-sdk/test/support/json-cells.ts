import { readFileSync } from 'node:fs';
import type { Cell } from '../../src/cell.ts';
import { counterCell, type Folded, type Share } from '../../src/counter-cell.ts';
import { fieldsCell } from '../../src/fields-cell.ts';
import { FOREVER, type Life } from '../../src/life.ts';
import { orCell } from '../../src/or-cell.ts';
import type { Stamp } from '../../src/stamp.ts';
import { defineField, type Value } from '../../src/value.ts';
import { valueCell } from '../../src/value-cell.ts';

/* The golden vectors that the Java codec is tested with too, and the JSON in which they state cells. */

export function vectors<T>(file: string): T[] {
  const path = `../../../protocol/src/main/resources/io/topgun/protocol/vectors/${file}.json`;
  const found: T[] = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
  if (found.length === 0) throw new Error(`${file} is empty`);
  return found;
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

interface JsonLife {
  readonly expires?: number;
  readonly idleMs?: number;
  readonly touched?: number;
}

interface JsonContent {
  readonly stamp: Stamp;
  readonly value?: Json;
}

export type JsonCell =
  | (JsonContent & JsonLife & { readonly kind: 'value' })
  | {
      readonly kind: 'fields';
      readonly base?: { readonly stamp: Stamp; readonly present: boolean } & JsonLife;
      readonly fields: readonly (JsonContent & { readonly name: string })[];
    }
  | {
      readonly kind: 'or';
      readonly tags: readonly (JsonContent & { readonly removedMs?: number })[];
    }
  | { readonly kind: 'counter'; readonly folded?: Folded; readonly shares: readonly Share[] };

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

export function valueFrom(json: Json): Value {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(valueFrom);
  if (typeof json.$int === 'string') return BigInt(json.$int);
  if (typeof json.$float === 'string') return Number(json.$float);
  if (typeof json.$bytes === 'string') return unhex(json.$bytes);
  const object: { [name: string]: Value } = {};
  for (const name of Object.keys(json)) defineField(object, name, valueFrom(json[name] ?? null));
  return object;
}

function optional(json: Json | undefined): Value | undefined {
  return json === undefined ? undefined : valueFrom(json);
}

function lifeFrom({ expires = 0, idleMs = 0, touched = 0 }: JsonLife): Life {
  if (expires === 0 && idleMs === 0) return FOREVER;
  return { expiresMs: expires, idleMs, touchedMs: touched };
}

export function cellFrom(json: JsonCell): Cell {
  switch (json.kind) {
    case 'value':
      return valueCell(json.stamp, optional(json.value), lifeFrom(json));
    case 'fields': {
      const { base: at, fields } = json;
      const base =
        at === undefined ? null : { stamp: at.stamp, present: at.present, life: lifeFrom(at) };
      return fieldsCell(
        base,
        fields.map((field) => field.name),
        fields.map((field) => optional(field.value)),
        fields.map((field) => field.stamp),
      );
    }
    case 'or':
      return orCell(
        json.tags.map(({ stamp, value, removedMs = 0 }) => ({
          stamp,
          value: optional(value),
          removedMs,
        })),
      );
    case 'counter':
      return counterCell(json.folded ?? null, json.shares);
  }
}
