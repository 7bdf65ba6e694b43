// Puts Prism and GitHub's description where every checkout with the same lock file shares them.
'use strict';

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const FILES = ['package.json', 'package-lock.json'];

/** The folder of an installation by exactly this lock file; fetched when it is not there yet. */
function installed() {
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'dogwatch-contract');
  const lock = fs.readFileSync(path.join(__dirname, 'package-lock.json'));
  const home = path.join(cache, createHash('sha256').update(lock).digest('hex').slice(0, 20));
  if (!fs.existsSync(home)) fetchInto(home);
  return path.join(home, 'node_modules');
}

/** Two that start at once both fetch; the first to finish gives the folder its name, and it is never half full. */
function fetchInto(home) {
  fs.mkdirSync(path.dirname(home), { recursive: true });
  const fresh = fs.mkdtempSync(`${home}-`);
  try {
    for (const file of FILES) fs.copyFileSync(path.join(__dirname, file), path.join(fresh, file));
    process.stderr.write(`contract: fetching Prism into ${home}\n`);
    const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { status, error } = spawnSync('npm', words, { cwd: fresh, stdio: ['ignore', 2, 2] });
    if (error || status !== 0) throw new Error(`npm ci did not work: ${error?.message ?? `status ${status}`}`);
    fs.renameSync(fresh, home);
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true });
    if (!fs.existsSync(home)) throw error;
  }
}

module.exports = { installed };
