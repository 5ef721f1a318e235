/**
 * fast-check with one seed for all, so that a test says the same today and tomorrow, here and elsewhere. To look for more:
 * PROPERTY_SEED=$RANDOM npm test. A failure prints its seed.
 */
const fastCheck = require('../../node_modules/fast-check/lib/cjs/fast-check.js');

fastCheck.configureGlobal({ ...fastCheck.readConfigureGlobal(), seed: Number(process.env.PROPERTY_SEED ?? 20261123) });
module.exports = fastCheck;
