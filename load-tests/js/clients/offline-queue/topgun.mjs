import { TopGunClient } from '../../../../browser-sdk/dist/index.js';

let bytes = 0;

/** Counts what its messages hold. */
class CountingWebSocket extends WebSocket {
  constructor(url, protocol) {
    super(url, protocol);
    this.addEventListener('message', ({ data }) => {
      bytes += data.byteLength;
    });
  }

  send(data) {
    bytes += data.byteLength;
    super.send(data);
  }
}

function clientOf(url) {
  const client = new TopGunClient({ url, WebSocket: CountingWebSocket });
  if (client.storage === 'memory') throw new Error('nothing is kept');
  return client;
}

export async function open(url, name) {
  const client = clientOf(url);
  client.connection.pause();
  const map = client.getMap(name);
  await map.loaded;
  return async (rows) => {
    for (const result of await Promise.all(rows.map((row) => map.set(row.id, row).local))) {
      if (!result.ok) throw new Error(result.text);
    }
  };
}

/** Resolves when the node has confirmed all that the page before left; gives the bytes that it took. */
export function deliver(url) {
  const { outbox } = clientOf(url);
  let isTakenOver = false;
  return new Promise((resolve, reject) => {
    outbox.onRejected(({ rejection }) => reject(new Error(rejection.text)));
    outbox.subscribe(({ size }) => {
      isTakenOver ||= size > 0;
      if (isTakenOver && size === 0) resolve(bytes);
    });
  });
}
