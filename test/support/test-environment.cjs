const { AsyncLocalStorage } = require('node:async_hooks');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...parameters) {
  used.add(this);
  return run.apply(this, parameters);
};

/** By source, what V8 made of it: each test file loads its modules anew, and compiling them took a tenth of the tests' time. */
const compiled = new Map();
const { compileFunction } = vm;
vm.compileFunction = (source, parameters, options) => {
  const cachedData = compiled.get(source);
  const result = compileFunction(source, parameters, { ...options, cachedData, produceCachedData: !cachedData });
  if (result.cachedData) compiled.set(source, result.cachedData);
  return result;
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
