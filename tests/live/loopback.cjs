// For `node --require`: whatever this process listens on is 127.0.0.1, and it says on which port once it does.
'use strict';

const { Server } = require('node:net');

const HOST = '127.0.0.1';
const { listen } = Server.prototype;

Server.prototype.listen = function onLoopback(...words) {
  const [first] = words;
  if (first !== null && typeof first === 'object' && 'port' in first) {
    words[0] = { ...first, host: HOST };
  } else if (/^\d+$/.test(String(first))) {
    words.splice(1, typeof words[1] === 'string' ? 1 : 0, HOST);
  } else {
    throw new Error(`loopback: refused to listen on ${String(first)}`);
  }
  this.once('listening', () => {
    const { address, port } = this.address();
    process.stderr.write(`loopback: listening on http://${address}:${port}\n`);
  });
  return listen.apply(this, words);
};
