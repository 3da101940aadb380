// Ways to write a batch of operations, each given the rows as the objects it likes best.
import { Encoder } from 'cbor-x';
import { Packr, Unpackr } from 'msgpackr';
import { blockOf } from '../../browser-sdk/dist/block-codec.js';
import { fieldsCell } from '../../browser-sdk/dist/fields-cell.js';
import { FOREVER } from '../../browser-sdk/dist/life.js';
import { decodeFrame, encodeFrame } from '../../browser-sdk/dist/message-codec.js';

const PERSISTED = 2;
const FIELDS = 2;

/** The frame of an OPS message. */
function topgun(rows) {
  const names = Object.keys(rows[0].fields);
  const entries = rows.map((row) => {
    const { ms, counter, writer } = row;
    const base = { stamp: { ms, counter, writer }, present: true, life: FOREVER };
    return { map: row.map, key: row.key, cell: fieldsCell(base, names, Object.values(row.fields), null) };
  });
  const runs = [rows[0].id, rows.length];
  const message = { type: 'OPS', level: PERSISTED, runs, block: blockOf(entries) };
  return {
    write: () => encodeFrame([message]),
    read: (frame) => decodeFrame(frame)[0],
    rows: ({ runs, block }) =>
      block.entries.map(({ map, key, cell }, i) => {
        const fields = Object.fromEntries(cell.names.map((name, j) => [name, cell.values[j]]));
        return { id: runs[0] + i, map, key, kind: FIELDS, ...cell.base.stamp, fields };
      }),
  };
}

/** Objects, as an application would send them. */
function objects(rows, write, read) {
  const batch = { level: PERSISTED, ops: rows };
  return { write: () => write(batch), read, rows: ({ ops }) => ops };
}

/** Arrays, names and the map told once: what msgpackr can do if one gives up objects. */
function arrays(rows, write, read) {
  const [{ id, map, fields }] = rows;
  const names = Object.keys(fields);
  const ops = rows.map((row) => {
    return [row.key, row.kind, row.ms, row.counter, row.writer, ...Object.values(row.fields)];
  });
  const batch = [PERSISTED, id, map, names, ops];
  return {
    write: () => write(batch),
    read,
    rows: ([, firstId, map, names, ops]) =>
      ops.map(([key, kind, ms, counter, writer, ...values], i) => {
        const fields = Object.fromEntries(names.map((name, j) => [name, values[j]]));
        return { id: firstId + i, map, key, kind, ms, counter, writer, fields };
      }),
  };
}

export const CODECS = {
  topgun,
  JSON: (rows) => {
    const utf8 = new TextEncoder();
    const text = new TextDecoder();
    return objects(
      rows,
      (batch) => utf8.encode(JSON.stringify(batch)),
      (bytes) => JSON.parse(text.decode(bytes)),
    );
  },
  'msgpackr, arrays': (rows) => {
    const packr = new Packr({ useRecords: false });
    const unpackr = new Unpackr({ useRecords: false });
    return arrays(rows, (batch) => packr.pack(batch), (bytes) => unpackr.unpack(bytes));
  },
  'msgpackr, records': (rows) => {
    const packr = new Packr({ useRecords: true });
    const unpackr = new Unpackr({ useRecords: true });
    return objects(rows, (batch) => packr.pack(batch), (bytes) => unpackr.unpack(bytes));
  },
  'cbor-x': (rows) => {
    const encoder = new Encoder({ useRecords: false, mapsAsObjects: true });
    return objects(rows, (batch) => encoder.encode(batch), (bytes) => encoder.decode(bytes));
  },
};
