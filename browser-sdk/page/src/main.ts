import { type Client, TopGunClient } from '@topgun/client';
import { CitiesView } from './cities-view.ts';
import type { City } from './city.ts';
import { notices } from './notices.ts';
import { statusView } from './status-view.ts';
import { tabs } from './tabs.ts';
import type { Todo } from './todo.ts';
import { TodosView } from './todos-view.ts';
import { keptToken, tokenDialog } from './token.ts';
import { Writes } from './writes.ts';

declare global {
  interface Window {
    /** The page's client, for the console and for tests: `topgun.getMap('cities').size`. */
    topgun: Client;
  }
}

const client = new TopGunClient({ url: location.origin, ...keptToken() });
window.topgun = client;

const cities = client.getMap<City>('cities');
const todos = client.getMap<Todo>('todos');
const notify = notices();
const writes = new Writes(client, notify);
statusView(client, [cities, todos], notify);
new CitiesView(client, cities, writes, notify);
new TodosView(client, todos, writes);
tabs();
tokenDialog(client.connection);

// Only once everything is here: the first sight of the data must not wait for keeping the page.
void cities.synced.then(() => navigator.serviceWorker?.register('/service-worker.js'));
