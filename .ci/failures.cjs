'use strict';
/**
 * `node failures.cjs REPORT FILE`: of jest's JSON report, prints how many tests passed and failed (a suite that did not even
 * run counts as one), and writes what failed and why into FILE. Exit code 1 where there is no report.
 */
const fs = require('fs');
const path = require('path');

const [reportFile, failuresFile] = process.argv.slice(2);
/** Of a message: enough to see the difference, not so much that the next failure is out of sight. */
const mostLines = 30;

const report = JSON.parse(fs.readFileSync(reportFile, 'utf8'));
const failures = report.testResults.flatMap((suite) => {
  const file = path.relative(process.cwd(), suite.name);
  const failed = suite.assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0 && suite.status === 'failed') return [`${file}\n${suite.message}`];
  return failed.map(({ fullName, failureMessages }) => `${file}: ${fullName}\n${failureMessages.join('\n')}`);
});
const cut = (text) => {
  const lines = text.replace(/\u001b\[[0-9;]*m/g, '').split('\n');
  return lines.length <= mostLines ? lines.join('\n') : `${lines.slice(0, mostLines).join('\n')}\n…`;
};
fs.writeFileSync(failuresFile, failures.map((one) => `${cut(one)}\n\n`).join(''));
console.log(report.numPassedTests, report.numFailedTests + report.numRuntimeErrorTestSuites);
