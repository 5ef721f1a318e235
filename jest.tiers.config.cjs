/**
 * The tiers that need more than Node, or more time: each is run by its own script of package.json, which names its
 * folder. No test has a limit of its own that a busy machine could reach.
 */
module.exports = {
  ...require('./jest.config.cjs'),
  testPathIgnorePatterns: ['/node_modules/'],
  testSequencer: '<rootDir>/test/support/slow-first.cjs',
  testTimeout: 900_000,
};
