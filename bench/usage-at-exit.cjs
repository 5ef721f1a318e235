'use strict';
/**
 * Loaded into a measured command with `--require`: leaves what the whole process used in the file BENCH_USAGE_FILE, or,
 * where a command starts others, a file for each in BENCH_USAGE_FOLDER.
 */
const fs = require('node:fs');
const path = require('node:path');

const { BENCH_USAGE_FILE, BENCH_USAGE_FOLDER } = process.env;

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMegabytes: (maxRSS * 1024) / 1e6 };
  fs.writeFileSync(BENCH_USAGE_FILE ?? path.join(BENCH_USAGE_FOLDER, `${process.pid}.json`), JSON.stringify(usage));
});
