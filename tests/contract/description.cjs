// GitHub's description of its API, reduced to what dogwatch says: made anew from the package at every start.
'use strict';

const path = require('node:path');

const REPO = '/repos/{owner}/{repo}';
const ISSUE = `${REPO}/issues/{issue_number}`;

/** What dogwatch sends. An operation that is not here is refused with 404. */
const SENT = [
  ['get', '/user'],
  ['get', '/meta'],
  ['get', '/rate_limit'],
  ['get', REPO],
  ['get', `${REPO}/assignees`],
  ['get', `${REPO}/assignees/{assignee}`],
  ['get', `${REPO}/collaborators/{username}/permission`],
  ['get', `${REPO}/issues`],
  ['post', `${REPO}/issues`],
  ['get', `${REPO}/issues/events`],
  ['get', ISSUE],
  ['patch', ISSUE],
  ['post', `${ISSUE}/assignees`],
  ['delete', `${ISSUE}/assignees`],
  ['get', `${ISSUE}/comments`],
  ['post', `${ISSUE}/comments`],
  ['get', `${ISSUE}/events`],
  ['get', `${ISSUE}/labels`],
  ['post', `${ISSUE}/labels`],
  ['delete', `${ISSUE}/labels/{name}`],
  ['get', `${REPO}/labels`],
  ['post', `${REPO}/labels`],
  ['get', `${REPO}/labels/{name}`],
];

/** Pages and moved issues are addressed by the number of the repository, which the description leaves out. */
const ALSO_BY_NUMBER = [
  `${REPO}/issues`,
  `${REPO}/issues/events`,
  ISSUE,
  `${ISSUE}/comments`,
  `${ISSUE}/events`,
  `${REPO}/assignees`,
  `${REPO}/labels`,
];
const NUMBER = { name: 'repository_id', in: 'path', required: true, schema: { type: 'integer' } };

const isNode = (value) => value !== null && typeof value === 'object';

/**
 * A copy of a JSON tree with `change` applied to each object, innermost first.
 */
function rebuilt(value, change) {
  if (Array.isArray(value)) return value.map((item) => rebuilt(item, change));
  if (!isNode(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rebuilt(inner, change)]));
  return change(copy);
}

/**
 * `nullable` beside no `type` is no JSON schema that compiles, and Prism takes every value where it has none that
 * does: so null becomes one of the alternatives. Examples are of no use to a proxy, and most of the bulk.
 */
function compilable(node) {
  if ('schema' in node) {
    delete node.examples;
    delete node.example;
  }
  if (node.nullable !== true || 'type' in node || '$ref' in node) return node;
  const { nullable, ...rest } = node;
  return { anyOf: [rest, { enum: [null] }] };
}

/** The components that a tree names, and those that they name. */
function needed(tree, components) {
  const found = {};
  const queue = [tree];
  for (let part = queue.pop(); part !== undefined; part = queue.pop()) {
    for (const [, section, name] of JSON.stringify(part).matchAll(/"#\/components\/([^/"]+)\/([^"]+)"/g)) {
      found[section] ??= {};
      if (name in found[section]) continue;
      found[section][name] = components[section][name];
      queue.push(found[section][name]);
    }
  }
  return found;
}

function byNumber(operation) {
  const named = ['#/components/parameters/owner', '#/components/parameters/repo'];
  const others = operation.parameters.filter(({ $ref }) => !named.includes($ref));
  return { ...operation, operationId: `${operation.operationId}-by-number`, parameters: [NUMBER, ...others] };
}

/** The reduced description, as an OpenAPI document. */
function describe(modules) {
  const whole = require(path.join(modules, '@octokit/openapi/generated/api.github.com.json'));
  const paths = {};
  for (const [method, where] of SENT) {
    const operation = whole.paths[where]?.[method];
    if (operation === undefined) throw new Error(`GitHub's description has no ${method.toUpperCase()} ${where} any more`);
    paths[where] = { ...paths[where], [method]: rebuilt(operation, compilable) };
  }
  const components = rebuilt(needed(paths, whole.components), compilable);
  for (const where of ALSO_BY_NUMBER) {
    paths[where.replace(REPO, '/repositories/{repository_id}')] = { get: byNumber(paths[where].get) };
  }
  const { openapi, info } = whole;
  return { openapi, info, paths, components };
}

module.exports = { describe };
