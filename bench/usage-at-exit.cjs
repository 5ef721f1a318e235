'use strict';
/** Loaded into a measured command with `--require`: leaves what the whole process used in the file BENCH_USAGE_FILE. */
const fs = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMegabytes: (maxRSS * 1024) / 1e6 };
  fs.writeFileSync(process.env.BENCH_USAGE_FILE, JSON.stringify(usage));
});
