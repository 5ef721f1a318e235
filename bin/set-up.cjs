'use strict';
/**
 * Makes sure that the packages of the lock file are there, and does nothing (some milliseconds) when they are.
 * Plain CommonJS without dependencies and old syntax, because it runs before anything is installed and must be able
 * to say "your Node is too old". Called by the scripts themselves: npm skips prestart and pretest under
 * `--ignore-scripts`.
 *
 * Levels: `runtime` is what the command needs; `all` adds the tools for tests. More is never taken away: when
 * everything is installed, `runtime` is content with it.
 */
const { spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const projectRoot = path.resolve(__dirname, '..');
/** Exit codes as in src/contract/errors.ts. */
const usage = 2;
const outside = 3;
/** Time after which waiting for another installation is given up. */
const longestWaitMinutes = 15;

/** An error as the rest of the command prints it: code and cause, then the next step. Codes are in the error catalogue. */
class SetUpError extends Error {
  constructor(code, message, nextStep, exitCode) {
    super(code + ': ' + message + '\n  next:  ' + nextStep);
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** Refuses a Node below `minimum` ("20.9"), before something less clear does. */
function checkNode(version, minimum) {
  const have = version.replace(/^v/, '').split('.').map(Number);
  const need = minimum.split('.').map(Number);
  if (have[0] > need[0] || (have[0] === need[0] && have[1] >= need[1])) return;
  throw new SetUpError(
    'SETUP_NODE_VERSION',
    'Node ' + minimum + ' or newer is needed, this is ' + version.replace(/^v/, '') + '.',
    'Install a current Node from https://nodejs.org and start again.',
    usage,
  );
}

/** What an installation depends on: the lock file, and the machine that the binary packages are for. */
function fingerprint(root) {
  const hash = crypto.createHash('sha256').update(fs.readFileSync(path.join(root, 'package-lock.json')));
  return hash.update([process.platform, process.arch, process.versions.modules].join(' ')).digest('hex');
}

/** The stamp lies inside node_modules, so that whoever removes the packages removes it too. */
function stampFile(root) {
  return path.join(root, 'node_modules', '.insights-set-up.json');
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function writeStamp(root, level) {
  fs.writeFileSync(stampFile(root), JSON.stringify({ fingerprint: fingerprint(root), level }) + '\n');
}

function satisfies(stamp, root, level) {
  return (
    stamp !== undefined && stamp.fingerprint === fingerprint(root) && (stamp.level === 'all' || level === 'runtime')
  );
}

/** True where a package with these `os`/`cpu` lists is for this machine; the C library is left to npm. */
function isForThisMachine(entry) {
  const allows = (list, value) => list === undefined || list.includes(value);
  return allows(entry.os, process.platform) && allows(entry.cpu, process.arch) && entry.libc === undefined;
}

/** The level that npm's own record of node_modules shows: somebody ran `npm ci` or `npm install` by hand. */
function levelInstalledByHand(root) {
  const wanted = readJson(path.join(root, 'package-lock.json'));
  const present = readJson(path.join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return undefined;
  let level = 'all';
  for (const [name, entry] of Object.entries(wanted.packages)) {
    if (name === '' || ((entry.optional || entry.devOptional || entry.peer) && !(entry.os && isForThisMachine(entry))))
      continue;
    const installed = present.packages[name];
    if (installed !== undefined && installed.version === entry.version) continue;
    if (!entry.dev) return undefined;
    level = 'runtime';
  }
  return level;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Runs `work` while holding `folder`, which contains one file named after the holder's process id. The folder is
 * prepared under another name and renamed, so it never exists without its owner; a dead owner's file is removed by
 * its own name, so a new owner cannot be evicted by mistake.
 */
function withMutex(folder, report, waitMinutes, work) {
  const own = folder + '.' + process.pid;
  fs.rmSync(own, { recursive: true, force: true });
  fs.mkdirSync(own, { recursive: true });
  fs.writeFileSync(path.join(own, String(process.pid)), '');
  const deadline = Date.now() + waitMinutes * 60_000;
  let told = false;
  for (;;) {
    try {
      fs.renameSync(own, folder);
      break;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(error.code) || !fs.existsSync(folder)) throw error;
    }
    const holder = holderOf(folder);
    if (holder !== undefined && !isAlive(holder)) {
      release(folder, holder);
      continue;
    }
    if (Date.now() > deadline) {
      fs.rmSync(own, { recursive: true, force: true });
      throw new SetUpError(
        'SETUP_LOCKED',
        'Another installation (process ' + holder + ') has not finished for ' + waitMinutes + ' minutes.',
        'End that process, or remove the folder .insights/' + path.basename(folder) + ', and start again.',
        outside,
      );
    }
    if (!told && holder !== undefined) report('Waiting for process ' + holder + ', which is installing packages.');
    told = told || holder !== undefined;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    return work();
  } finally {
    release(folder, process.pid);
  }
}

function holderOf(folder) {
  try {
    const name = fs.readdirSync(folder)[0];
    return name === undefined ? undefined : Number(name);
  } catch {
    return undefined;
  }
}

/** Leaves the mutex. What is gone already, or belongs to a later owner by now, is left alone. */
function release(folder, pid) {
  fs.rmSync(path.join(folder, String(pid)), { force: true });
  try {
    fs.rmdirSync(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
  }
}

/** npm as it was started (`npm_execpath`), so that a second npm on the path cannot interfere; else `npm`. */
function npmCommand(environment) {
  const script = environment.npm_execpath;
  if (script && /^np[mx]-cli\.c?js$/.test(path.basename(script))) {
    return { file: process.execPath, arguments: [script.replace(/npx-cli/, 'npm-cli')], shell: false };
  }
  return { file: 'npm', arguments: [], shell: process.platform === 'win32' };
}

/** `npm ci`. `--include=dev` wins over NODE_ENV=production and a configured `omit`. */
function install(root, level, environment) {
  const npm = npmCommand(environment);
  const flags = ['ci', level === 'all' ? '--include=dev' : '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync(npm.file, npm.arguments.concat(flags), {
    cwd: root,
    // Of the command that follows, and nobody else's; src/cli/main.ts takes it from there.
    env: Object.assign({}, environment, { INSIGHTS_PASSPHRASE: undefined }),
    encoding: 'utf8',
    shell: npm.shell,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined && result.error.code === 'ENOENT') {
    throw new SetUpError(
      'SETUP_NPM_MISSING',
      'npm was not found.',
      'Install Node with npm, or put npm on the PATH.',
      usage,
    );
  }
  if (result.status !== 0) throw explain(String(result.stdout) + String(result.stderr), result);
}

/** Turns what npm printed into a cause and a next step. */
function explain(printed, result) {
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(printed)) {
    const next = 'Check the network, or the proxy and registry of `npm config list`, and start again.';
    return new SetUpError('SETUP_NETWORK', 'The package registry could not be reached.', next, outside);
  }
  if (/CERT|certificate/i.test(printed)) {
    const next = 'Give npm the certificate of your proxy: `npm config set cafile FILE`.';
    return new SetUpError('SETUP_NETWORK', 'The certificate of the package registry is not trusted.', next, outside);
  }
  if (/ENOSPC/.test(printed)) {
    const next = 'Free about 1 GB and start again.';
    return new SetUpError('SETUP_INSTALL_FAILED', 'The disk is full.', next, outside);
  }
  const last = printed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-8)
    .join('\n    ');
  const how = result.signal ? 'was stopped by ' + result.signal : 'ended with exit code ' + result.status;
  const next = 'Run `npm ci` in the project folder to see all of it. The end of what npm said:\n    ' + last;
  return new SetUpError('SETUP_INSTALL_FAILED', 'Installing the packages failed: npm ' + how + '.', next, outside);
}

/**
 * Installs what `level` needs, if it is not there. Progress goes to `report`, one line each.
 * @throws SetUpError with the exit code to end with.
 */
function setUp(level, options) {
  const root = (options && options.root) || projectRoot;
  const environment = (options && options.environment) || process.env;
  const report = (options && options.report) || ((line) => process.stderr.write(line + '\n'));
  const waitMinutes = (options && options.waitMinutes) ?? longestWaitMinutes;
  checkNode(
    (options && options.nodeVersion) || process.version,
    readJson(path.join(root, 'package.json')).engines.node.replace(/[^\d.]/g, ''),
  );
  if (satisfies(readJson(stampFile(root)), root, level)) return;
  withMutex(path.join(root, '.insights', 'set-up.lock'), report, waitMinutes, () => {
    const stamp = readJson(stampFile(root));
    if (satisfies(stamp, root, level)) return;
    const byHand = levelInstalledByHand(root);
    if (byHand === 'all' || byHand === level) return writeStamp(root, byHand);
    const wanted = stamp !== undefined && stamp.level === 'all' ? 'all' : level;
    const what =
      wanted === 'all'
        ? 'all packages and test tools, about a minute'
        : 'the packages the command needs, about half a minute';
    report('Installing ' + what + ' ...');
    const started = Date.now();
    install(root, wanted, environment);
    writeStamp(root, wanted);
    report('Installed in ' + ((Date.now() - started) / 1000).toFixed(1) + ' s.');
  });
}

/** `setUp` for scripts: prints an error in the command's form and ends the process. */
function setUpOrExit(level) {
  try {
    setUp(level);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(error.message + '\n');
    process.exit(error.exitCode);
  }
}

module.exports = { setUp, setUpOrExit, SetUpError, checkNode, fingerprint, stampFile };

if (require.main === module) setUpOrExit(process.argv[2] === 'all' ? 'all' : 'runtime');
