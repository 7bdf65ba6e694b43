#!/usr/bin/env node
// The contract test's judge: see README.md.
//
//   node judge.cjs install               fetches what it needs, which the others do on first use
//   node judge.cjs prove                 shows that it judges; ends 0 or 1
//   node judge.cjs proxy PORT UPSTREAM   judges what passes; says `ready URL` on standard output
'use strict';

const fs = require('node:fs');

const { installed } = require('./install.cjs');

/** A test that is killed closes its end of our input: then nobody is left to judge for. */
function endWithOwner() {
  if (!fs.fstatSync(0).isFIFO()) return;
  process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0));
  process.stdin.resume();
}

async function main([command, port, upstream]) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new Error(`needs Node.js 20 or newer, this is ${process.versions.node}`);
  if (command === 'install') {
    installed();
  } else if (command === 'prove') {
    const { prove } = require('./proof.cjs');
    process.exit((await prove(installed())) ? 0 : 1);
  } else if (command === 'proxy' && /^\d+$/.test(port ?? '') && /^http:\/\//.test(upstream ?? '')) {
    const { judge } = require('./proxy.cjs');
    const { url } = await judge(installed(), Number(port), upstream);
    endWithOwner();
    fs.writeSync(1, `ready ${url}\n`);
  } else {
    throw new Error('usage: judge.cjs install | prove | proxy PORT UPSTREAM');
  }
}

main(process.argv.slice(2)).catch((error) => {
  fs.writeSync(2, `contract: ${error?.message ?? error}\n`);
  process.exit(70);
});
