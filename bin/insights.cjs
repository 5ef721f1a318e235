#!/usr/bin/env node
'use strict';
/** The `insights` command: installs what is missing, then runs src/cli as TypeScript in this process (no build step). */
const path = require('path');

require('./set-up.cjs').setUpOrExit('runtime');

// Otherwise tsx takes the tsconfig.json of the folder in which the user happens to be.
process.env.TSX_TSCONFIG_PATH = path.resolve(__dirname, '..', 'tsconfig.json');
require('tsx/cjs/api').register();
require('../src/cli/main.ts');
