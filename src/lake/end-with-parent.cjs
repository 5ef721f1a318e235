'use strict';
const { isMainThread } = require('node:worker_threads');
/**
 * Loaded into a child process: ends it, in the way in which it ends itself, once the process that started it is gone, however
 * that went. The other end of standard input is then closed. Nobody hears what it says any more. Threads load it again, and
 * have an input of their own, which ends at once.
 */
if (isMainThread) {
  process.stdin.on('close', () => process.kill(process.pid, 'SIGTERM')).resume();
  // What keeps the child running is its own work.
  process.stdin.unref();
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
