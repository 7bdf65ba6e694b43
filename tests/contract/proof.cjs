// Shows that the judge judges: a wrong body for every request that has one, a wrong body for every answer that has
// one. Each must be refused, at the right place; and what is right must pass.
'use strict';

const http = require('node:http');

const { judge } = require('./proxy.cjs');

/** A good body for each request that must have one, by the end of its path. */
const RIGHT = {
  issues: '{"title":"t"}',
  comments: '{"body":"b"}',
  labels: '{"name":"l","labels":["l"]}',
  assignees: '{"assignees":["a"]}',
};

/** JSON of a type that no body of the description has. */
const WRONG = 'true';

/** An upstream that answers whatever it was told last, and counts. */
async function puppet() {
  const self = { status: 200, body: '[]', asked: 0 };
  const server = http.createServer((request, answer) => {
    request.resume();
    self.asked += 1;
    answer.writeHead(self.status, self.body === '' ? {} : { 'content-type': 'application/json', location: '/x' });
    answer.end(self.body);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  self.url = `http://127.0.0.1:${server.address().port}`;
  self.close = () => server.close();
  return self;
}

async function send(base, method, where, body) {
  const headers = { connection: 'close', ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(base + where, { method: method.toUpperCase(), headers, body, redirect: 'manual' });
  return { status: answer.status, text: await answer.text() };
}

/** An address for a template, all its numbers 1. */
const filled = (template) => template.replace(/\{\w+\}/g, '1');

async function requests(base, upstream, operations, expect) {
  for (const { method, path, request } of operations) {
    if ((request?.body?.contents ?? []).length === 0) continue;
    upstream.asked = 0;
    const { status, text } = await send(base, method, filled(path), WRONG);
    expect(`${method} ${path} with a wrong body`, status === 422 && upstream.asked === 0, `${status} ${text}`);
  }
  const bad = await send(base, 'patch', '/repos/o/r/issues/1', '{"state":"nonsense"}');
  expect('a state that does not exist', bad.status === 422 && bad.text.includes('state'), bad.text);
  const query = await send(base, 'get', '/repos/o/r/issues?state=nonsense');
  expect('a filter that does not exist', query.status === 422, query.text);
  const nowhere = await send(base, 'put', '/repos/o/r/issues/1/labels', '{"labels":["ack"]}');
  expect('a request that dogwatch never sends', nowhere.status >= 400 && upstream.asked === 0, nowhere.text);
}

async function answers(base, upstream, operations, expect) {
  const success = ({ responses }) => responses.find(({ code }) => code.startsWith('2'));
  for (const operation of operations) {
    const { method, path, request } = operation;
    const { code, contents = [] } = success(operation);
    if (contents.length === 0) continue;
    Object.assign(upstream, { status: Number(code), body: WRONG });
    const body = request?.body?.required ? RIGHT[path.split('/').pop()] : undefined;
    const { status, text } = await send(base, method, filled(path), body);
    expect(`${method} ${path} answered wrongly`, status === 500 && text.includes('response'), `${status} ${text}`);
  }
  for (const status of [301, 304, 307, 403, 410, 429, 502]) {
    Object.assign(upstream, { status, body: status === 304 ? '' : '{"message":"no"}' });
    const passed = await send(base, 'get', '/repositories/1/issues?after=x');
    expect(`a ${status} passes`, passed.status === status, `${passed.status} ${passed.text}`);
  }
}

async function prove(modules) {
  const upstream = await puppet();
  const { url, operations, close } = await judge(modules, 0, upstream.url);
  let count = 0;
  const failed = [];
  const expect = (what, holds, seen) => {
    count += 1;
    if (!holds) failed.push(`${what}: ${seen.slice(0, 300)}`);
  };
  const empty = await send(url, 'get', '/repos/o/r/issues?state=all');
  expect('an empty list', empty.status === 200 && empty.text === '[]', empty.text);
  await requests(url, upstream, operations, expect);
  await answers(url, upstream, operations, expect);
  upstream.close();
  close().catch(() => {});
  for (const line of failed) process.stdout.write(`FAILED ${line}\n`);
  process.stdout.write(`contract: ${operations.length} operations, ${count} checks, ${failed.length} failed\n`);
  return failed.length === 0;
}

module.exports = { prove };
