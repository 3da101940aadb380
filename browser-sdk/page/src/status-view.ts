import type { Client, Connection, MapStatus, OutboxItem, Unsubscribe } from '@topgun/client';
import { byId, count, perFrame, plural, setText } from './dom.ts';
import type { Notify } from './notices.ts';
import { STORAGE_FAILED } from './writes.ts';

const LISTED_MAX = 200;
const OFFLINE = 'topgun.offline';

/** As much of a live map as the bar needs, whatever it holds. */
export interface Counted {
  readonly size: number;
  readonly status: MapStatus;
  readonly loaded: Promise<void>;
  subscribe(listener: () => void): Unsubscribe;
}

/** The bar that is always in view: connection, outbox, clock, rows, and the switch to go offline. */
export function statusView(client: Client, maps: readonly Counted[], notify: Notify): void {
  connection(client, maps);
  troubles(client.connection, notify);
  outbox(client);
  rows(client, maps);
  offlineSwitch(client.connection);
}

function words({ state, error }: Connection): string {
  switch (state) {
    case 'live':
      return 'Live';
    case 'connecting':
    case 'greeting':
      return 'Connecting';
    case 'waiting':
      return 'No connection, trying again';
    case 'paused':
      return 'Offline';
    case 'closed':
      return 'Closed';
    case 'failed':
      return `Refused: ${error?.message ?? 'no reason given'}`;
  }
}

function connection(client: Client, maps: readonly Counted[]): void {
  const state = byId('connection', HTMLElement);
  const label = byId('connection-words', HTMLElement);
  const clock = byId('clock', HTMLElement);
  const storage = byId('storage-note', HTMLElement);
  const draw = perFrame(() => {
    state.dataset.state = client.connection.state;
    setText(label, words(client.connection));
    state.title = words(client.connection);
    drawClock(clock, client.connection.clockOffsetMs);
    storage.hidden = client.storage !== 'memory';
    setText(storage, storage.hidden ? '' : MEMORY_ONLY);
  });
  client.connection.subscribe(draw);
  for (const map of maps) void map.loaded.then(draw);
  draw();
}

/** Says once what the server or this browser's storage reported. */
function troubles(connection: Connection, notify: Notify): void {
  let last = '';
  connection.subscribe(({ error, state }) => {
    const text = error === undefined || state === 'failed' ? '' : error.message;
    if (text !== '' && text !== last) {
      const words = error?.code === 'STORAGE_FAILED' ? STORAGE_FAILED : 'The connection failed.';
      notify({ kind: 'trouble', text: `${words} (${text})` });
    }
    last = text;
  });
}

const MEMORY_ONLY =
  'This browser keeps nothing here, as in a private window. Changes last only until this page is closed, unless the server has them.';

function drawClock(clock: HTMLElement, offsetMs: number | undefined): void {
  if (offsetMs === undefined) return;
  const ms = Math.round(offsetMs);
  setText(clock, `${ms < 0 ? '−' : '+'}${count(Math.abs(ms))} ms`);
  const side = ms < 0 ? 'ahead of' : 'behind';
  clock.title = `This machine’s clock is ${count(Math.abs(ms))} ms ${side} the server’s`;
}

function outbox({ outbox }: Client): void {
  const size = byId('outbox-size', HTMLElement);
  const popover = byId('outbox', HTMLElement);
  const note = byId('outbox-note', HTMLElement);
  const list = byId('outbox-list', HTMLElement);
  const button = byId('outbox-button', HTMLElement);
  const draw = perFrame(() => {
    setText(size, count(outbox.size));
    button.classList.toggle('filled', outbox.size > 0);
    if (!popover.matches(':popover-open')) return;
    const items = outbox.list();
    const more = items.length - LISTED_MAX;
    setText(
      note,
      items.length === 0
        ? 'The server has everything that was written here.'
        : `${plural(items.length, 'write is', 'writes are')} kept here until the server has ${items.length === 1 ? 'it' : 'them'}` +
            `${more > 0 ? `; the first ${LISTED_MAX} of them:` : '.'}`,
    );
    list.replaceChildren(...items.slice(0, LISTED_MAX).map(outboxItem));
  });
  popover.addEventListener('toggle', draw);
  outbox.subscribe(draw);
  draw();
}

const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });

function outboxItem(item: OutboxItem): HTMLElement {
  const element = document.createElement('li');
  const map = document.createElement('b');
  map.textContent = item.map;
  const key = document.createElement('span');
  key.className = 'key';
  key.textContent = item.key;
  key.title = item.key;
  const state = document.createElement('span');
  state.className = 'soft';
  state.textContent = `${item.state === 'unsent' ? 'waiting' : 'sent'} · ${time.format(item.at)}`;
  element.append(map, key, state);
  return element;
}

function rows(client: Client, maps: readonly Counted[]): void {
  const total = byId('rows', HTMLElement);
  const status = byId('rows-status', HTMLElement);
  const draw = perFrame(() => {
    setText(total, count(maps.reduce((sum, map) => sum + map.size, 0)));
    setText(status, maps.every((map) => map.status === 'synced') ? 'synced' : 'local');
  });
  for (const map of maps) map.subscribe(draw);
  client.connection.subscribe(draw);
  draw();
}

/** The switch survives a reload of this tab, so that what is done offline can be looked at again offline. */
function offlineSwitch(connection: Connection): void {
  const box = byId('offline', HTMLInputElement);
  const apply = (): void => {
    if (box.checked) connection.pause();
    else connection.resume();
  };
  box.checked = sessionStorage.getItem(OFFLINE) !== null;
  if (box.checked) apply();
  box.addEventListener('change', () => {
    if (box.checked) sessionStorage.setItem(OFFLINE, 'yes');
    else sessionStorage.removeItem(OFFLINE);
    apply();
  });
}
