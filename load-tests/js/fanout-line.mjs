// What each client of a path sends goes to all the others of that path, in a loop over them: fanout-line.mjs [shared] PORT
// shared: the frame's header is made once, and what ws would do for each of them is left out.
import { Sender, WebSocketServer } from 'ws';

const shared = process.argv[2] === 'shared';
const port = Number(process.argv.at(-1));
const groups = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port, perMessageDeflate: false });

server.on('connection', (socket, request) => {
  const group = groups.get(request.url) ?? new Map();
  groups.set(request.url, group.set(socket, request.socket));
  socket.on('message', (data) => {
    if (shared) {
      const frame = Buffer.concat(Sender.frame(data, { fin: true, opcode: 2, mask: false, readOnly: true, rsv1: false }));
      for (const [member, raw] of group) {
        if (member !== socket) raw.write(frame);
      }
    } else {
      for (const member of group.keys()) {
        if (member !== socket) member.send(data, { binary: true });
      }
    }
  });
  socket.on('close', () => group.delete(socket));
});
