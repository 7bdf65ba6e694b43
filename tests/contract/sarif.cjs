// Judges a SARIF log from standard input by the schema whose path is given; says each error on a line.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { installed } = require('./install.cjs');

const modules = installed();
const Ajv = require(path.join(modules, 'ajv'));
const formats = require(path.join(modules, 'ajv-formats'));

const schema = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const log = JSON.parse(fs.readFileSync(0, 'utf8'));
// One pattern of the schema has a bracket that only the older sort of regular expression takes.
const ajv = new Ajv.default({ allErrors: true, strict: false, unicodeRegExp: false });
formats.default(ajv);
const judge = ajv.compile(schema);
if (!judge(log)) {
  for (const error of judge.errors) console.log(`${error.instancePath || '/'} ${error.message}`);
  process.exitCode = 1;
}
