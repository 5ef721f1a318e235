/** The tiers that need more than Node: each is run by its own script of package.json, which names its folder. */
module.exports = { ...require('./jest.config.cjs'), testPathIgnorePatterns: ['/node_modules/'], testTimeout: 120_000 };
