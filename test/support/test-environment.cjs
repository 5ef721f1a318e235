const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...parameters) {
  used.add(this);
  return run.apply(this, parameters);
};

/**
 * Jest's own for Node, but what a test file's tests ran in ends with the file. jest-circus makes an AsyncLocalStorage for each
 * file and leaves it switched on; Node 20 hands every one that is on to each promise, so that the hundredth file of a worker
 * paid for the ninety-nine before it.
 */
module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of used) storage.disable();
    used.clear();
  }
};
