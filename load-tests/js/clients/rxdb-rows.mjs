// The collection of rows, as RxDB has it.

/** New each time: RxDB makes its own of it. */
export function collections() {
  return {
    rows: {
      schema: {
        version: 0,
        primaryKey: 'id',
        type: 'object',
        properties: {
          id: { type: 'string', maxLength: 32 },
          name: { type: 'string' },
          count: { type: 'number' },
          text: { type: 'string' },
        },
        required: ['id', 'name', 'count', 'text'],
      },
    },
  };
}
