// Puts the servers where every checkout with the same pins shares them, and says where that is:
// one line of JSON with `node`, `python` and `modules`.
'use strict';

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const FILES = ['package.json', 'package-lock.json', 'requirements.txt'];
const NEEDS = 'the live test needs Node.js 20 or newer with npm, and Python 3.10 or newer with venv';
// What venv needs is asked for as well: Debian ships it apart.
const ASK_PYTHON = 'import sys, ensurepip, venv; print(sys._base_executable, *sys.version_info[:3], sep="\\n")';

/** Fails with the words of whoever would have to install something. */
function refuse(why) {
  throw new Error(`${NEEDS}; ${why}`);
}

/** The interpreter that `python3` is, behind whatever chooses it, and its version. */
function findPython() {
  const { status, error, stdout } = spawnSync('python3', ['-c', ASK_PYTHON], { encoding: 'utf8' });
  if (error) refuse('python3 was not found');
  if (status !== 0) refuse('python3 has no venv or no ensurepip (Debian: python3-venv)');
  const [program, major, minor, patch] = stdout.trim().split('\n');
  const version = `${major}.${minor}.${patch}`;
  if (Number(major) !== 3 || Number(minor) < 10) refuse(`python3 is ${version}`);
  return { program, version };
}

/** Ends well, talking on standard error, or fails by its name. */
function run(what, program, words, options) {
  const { status, error } = spawnSync(program, words, { ...options, stdio: ['ignore', 2, 2] });
  if (error || status !== 0) throw new Error(`${what} did not work: ${error?.message ?? `status ${status}`}`);
}

const pythonIn = (home) => path.join(home, 'python', 'bin', 'python');

/** Only what the pins name, by their hashes, and nothing of it is run on the way in. */
function fill(fresh, python) {
  for (const file of FILES) fs.copyFileSync(path.join(__dirname, file), path.join(fresh, file));
  run('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: fresh });
  run('python3 -m venv', python.program, ['-m', 'venv', path.join(fresh, 'python')]);
  const env = { PIP_DISABLE_PIP_VERSION_CHECK: '1', ...process.env };
  // pip brings authorities of its own; a machine that names others means them for all.
  if (!env.PIP_CERT && env.SSL_CERT_FILE) env.PIP_CERT = env.SSL_CERT_FILE;
  const words = ['--quiet', '--no-input', '--require-hashes', '--only-binary=:all:', '-r', 'requirements.txt'];
  run('pip install', pythonIn(fresh), ['-m', 'pip', 'install', ...words], { cwd: fresh, env });
}

/** Two that start at once both fetch; the first to finish gives the folder its name, and it is never half full. */
function fetchInto(home, python) {
  fs.mkdirSync(path.dirname(home), { recursive: true });
  const fresh = fs.mkdtempSync(`${home}-`);
  try {
    process.stderr.write(`live: fetching the servers into ${home}\n`);
    fill(fresh, python);
    fs.renameSync(fresh, home);
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true });
    if (!fs.existsSync(home)) throw error;
  }
}

/** The folder of an installation by exactly these pins and this Python; fetched when it is not there yet. */
function installed(python) {
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'dogwatch-live');
  const pins = createHash('sha256').update(`${python.program} ${python.version} ${process.arch}`);
  for (const file of FILES) pins.update(fs.readFileSync(path.join(__dirname, file)));
  const home = path.join(cache, pins.digest('hex').slice(0, 20));
  if (!fs.existsSync(home)) fetchInto(home, python);
  return home;
}

try {
  if (Number(process.versions.node.split('.')[0]) < 20) refuse(`node is ${process.versions.node}`);
  const home = installed(findPython());
  const places = { node: process.execPath, python: pythonIn(home), modules: path.join(home, 'node_modules') };
  process.stdout.write(`${JSON.stringify(places)}\n`);
} catch (error) {
  process.stderr.write(`live: ${error.message}\n`);
  process.exitCode = 1;
}
