// What each client of a path sends goes to all the others of that path, in a loop over them: fanout-line.mjs PORT
import { WebSocketServer } from 'ws';

const groups = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), perMessageDeflate: false });

server.on('connection', (socket, request) => {
  const group = groups.get(request.url) ?? new Set();
  groups.set(request.url, group.add(socket));
  socket.on('message', (data) => {
    for (const member of group) {
      if (member !== socket) member.send(data, { binary: true });
    }
  });
  socket.on('close', () => group.delete(socket));
});
