// The rows as Zero knows them, for its server and its client.
import {
  createBuilder,
  createSchema,
  defineQueries,
  defineQuery,
  number,
  string,
  table,
} from '@rocicorp/zero';

const rows = table('rows')
  .columns({ id: string(), name: string(), count: number(), text: string() })
  .primaryKey('id');

export const schema = createSchema({ tables: [rows] });
export const queries = defineQueries({ all: defineQuery(() => createBuilder(schema).rows) });
