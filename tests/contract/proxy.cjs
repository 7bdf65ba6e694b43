// Prism between a client and an upstream, on loopback: judges the requests of one and the answers of the other.
'use strict';

const http = require('node:http');
const path = require('node:path');

const { describe } = require('./description.cjs');

const HOST = '127.0.0.1';
const HOPS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'upgrade'];

/** Everything of an operation that a body or a parameter is judged by. */
function schemasOf({ request = {}, responses = [] }) {
  const bodies = [request.body, ...responses].flatMap((part) => part?.contents ?? []);
  const parameters = ['query', 'path', 'headers'].flatMap((place) => request[place] ?? []);
  return [...bodies, ...parameters].map(({ schema }) => schema).filter((schema) => schema !== undefined);
}

/**
 * Compiles every schema beforehand.
 *
 * Prism compiles at the first use, and judges nothing, silently, by a schema that does not compile.
 */
function compileAll(modules, operations) {
  const prism = { paths: [path.join(modules, '@stoplight/prism-http')] };
  const { default: Ajv } = require(require.resolve('ajv', prism));
  const { default: addFormats } = require(require.resolve('ajv-formats', prism));
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, allowMatchingProperties: true, strict: false, logger: false });
  addFormats(ajv);
  for (const operation of operations) {
    for (const schema of schemasOf(operation)) {
      try {
        ajv.compile({ ...schema, __bundled__: operation.__bundled__ });
      } catch (error) {
        throw new Error(`${operation.method} ${operation.path} has a schema that does not compile: ${error.message}`);
      }
    }
  }
}

/** One request, one answer: no redirect is followed and nothing is sent again. */
function ask(upstream, { method, url, headers, body }) {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(url.query ?? {})) {
    for (const value of [values].flat()) query.append(name, value);
  }
  const tail = query.size > 0 ? `?${query}` : '';
  const kept = Object.entries(headers).filter(([name]) => ![...HOPS, 'host', 'accept-encoding'].includes(name));
  const text = body === null || body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const options = {
    method,
    agent: false,
    headers: { ...Object.fromEntries(kept), ...(text && { 'content-length': Buffer.byteLength(text) }) },
  };
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(url.path + tail, upstream), options, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => resolve([answer, Buffer.concat(pieces).toString('utf8')]));
    });
    request.on('error', reject);
    request.end(text);
  });
}

/** An answer as Prism wants it. */
function understood([answer, text]) {
  const headers = Object.fromEntries(
    Object.entries(answer.headers)
      .filter(([name]) => !HOPS.includes(name))
      .map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const isJson = /^application\/(.+\+)?json\b/.test(headers['content-type'] ?? '');
  return { statusCode: answer.statusCode, headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}

/** In place of Prism's own forwarder, which follows redirects and so turns a POST into a GET. */
function forwarder(modules) {
  const { default: refuse } = require(path.join(modules, '@stoplight/prism-http/dist/forwarder'));
  return (request, upstream, ...rest) => {
    if (request.validations.length > 0) return refuse(request, upstream, ...rest);
    return () => () =>
      ask(upstream, request.data).then(understood).then(
        (right) => ({ _tag: 'Right', right }),
        (left) => ({ _tag: 'Left', left }),
      );
  };
}

/** Starts it; resolves to the address, the operations it knows, and a way to end it. */
async function judge(modules, port, upstream) {
  const { getHttpOperationsFromSpec } = require(path.join(modules, '@stoplight/prism-http'));
  const { createServer } = require(path.join(modules, '@stoplight/prism-http-server'));
  const { createLogger } = require(path.join(modules, '@stoplight/prism-core'));
  const operations = await getHttpOperationsFromSpec(describe(modules));
  compileAll(modules, operations);
  const logger = createLogger('contract', { level: process.env.DOGWATCH_CONTRACT_LOG ?? 'silent' }, process.stderr);
  const server = createServer(operations, {
    cors: false,
    components: { logger, forward: forwarder(modules) },
    config: {
      isProxy: true,
      upstream: new URL(upstream),
      validateRequest: true,
      validateResponse: true,
      checkSecurity: false,
      errors: true,
      mock: { dynamic: false },
    },
  });
  const url = await server.listen(port, HOST);
  return { url, operations, close: () => server.close() };
}

module.exports = { judge };
