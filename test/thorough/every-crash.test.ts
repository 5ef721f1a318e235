// The tests of crashes, at each operation instead of at some: minutes, so not part of the unit tests.
process.env['INSIGHTS_EVERY_CRASH'] = '1';
jest.setTimeout(600_000);
require('../engine/crash.test');
