/** Unit tests: no network, no browser, no Python, no Terraform. The other tiers have commands of their own. */
module.exports = {
  testEnvironment: '<rootDir>/test/support/test-environment.cjs',
  // The engine waits for its database much of the time: a worker for each core, the main process beside them.
  maxWorkers: '100%',
  // A busy machine is slow, not wrong; a test that hangs still ends.
  testTimeout: 60_000,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(spark|browser|terraform|delta-rs|thorough)/'],
  moduleNameMapper: {
    '^fast-check$': '<rootDir>/test/support/seeded-fast-check.cjs',
    '^archiver$': '<rootDir>/test/support/no-archiver.cjs',
    '/stack-trace$': '<rootDir>/test/support/no-stack-trace.cjs',
  },
  setupFilesAfterEnv: ['<rootDir>/test/setup.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
};
