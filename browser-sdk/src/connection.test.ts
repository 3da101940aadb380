import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionState } from './api.ts';
import { backOffMs, type ConnectionEvent, TABLE, type Transition } from './connection.ts';

const EVENTS = Object.keys(TABLE.closed) as ConnectionEvent[];

/** What the world around the table knows, kept apart from the table's own state. */
interface Model {
  hasSocket: boolean;
  isWaiting: boolean;
  inFlight: boolean;
  wanted: 'open' | 'paused' | 'closed';
}

function run(events: readonly ConnectionEvent[]): [ConnectionState, Model] {
  let state: ConnectionState = 'closed';
  const model: Model = { hasSocket: false, isWaiting: false, inFlight: false, wanted: 'closed' };
  for (const event of events) {
    const cell: Transition | 'ignore' = TABLE[state][event];
    if (cell === 'ignore') continue;
    model.isWaiting = false;
    for (const effect of cell.effects) {
      if (effect === 'openSocket') {
        expect(model.hasSocket).toBe(false);
        model.hasSocket = true;
      } else if (effect === 'dropSocket') model.hasSocket = false;
      else if (effect === 'startBackOff') model.isWaiting = true;
      else if (effect === 'goLive') model.inFlight = true;
      else if (effect === 'unsend') model.inFlight = false;
      else expect(model.hasSocket).toBe(true);
    }
    if (event === 'open' || event === 'resume') model.wanted = 'open';
    else if (event === 'pause') model.wanted = 'paused';
    else if (event === 'close') model.wanted = 'closed';
    state = cell.next;
  }
  return [state, model];
}

describe('the connection table', () => {
  it('keeps the socket, the back-off and the operations in step with the state', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }), (events) => {
        const [state, model] = run(events);
        expect(model.hasSocket).toBe(['connecting', 'greeting', 'live'].includes(state));
        expect(model.isWaiting).toBe(state === 'waiting');
        expect(model.inFlight).toBe(state === 'live');
        if (model.wanted === 'paused') expect(state).toBe('paused');
        if (model.wanted === 'closed') expect(state).toBe('closed');
      }),
      { numRuns: 2_000 },
    );
  });

  it('gets from every state to live', () => {
    for (const state of Object.keys(TABLE) as ConnectionState[]) {
      const path: readonly ConnectionEvent[] = ['open', 'resume', 'retry', 'opened', 'welcome'];
      const end = path.reduce<ConnectionState>((at, event) => {
        const cell = TABLE[at][event];
        return cell === 'ignore' ? at : cell.next;
      }, state);
      expect(end).toBe('live');
    }
  });

  it('closes from every state', () => {
    for (const cells of Object.values(TABLE)) {
      expect(cells.close === 'ignore' ? 'closed' : cells.close.next).toBe('closed');
    }
  });
});

describe('the back-off', () => {
  it('has full jitter, doubles, and ends at 30 s', () => {
    expect(backOffMs(0, 0)).toBe(0);
    expect(backOffMs(0, 1)).toBe(250);
    expect(backOffMs(3, 1)).toBe(2_000);
    expect(backOffMs(50, 0.5)).toBe(15_000);
  });
});
