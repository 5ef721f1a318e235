import { execFileSync } from 'node:child_process';

/** Each step of a deployment is a process that starts anew: what no command of its own needs is half a second of each. */
test('a command loads the command line and nothing that another command needs', () => {
  const script = `
    process.argv.splice(1, 0, 'insights');
    require('./bin/insights.cjs');
    process.on('exit', () => {
      const packages = Object.keys(require.cache).map((file) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1]);
      console.log(JSON.stringify([...new Set(packages.filter((name) => name !== undefined))].sort()));
    });`;
  const said = execFileSync(process.execPath, ['-e', script, 'explain', 'USAGE'], { encoding: 'utf8' });
  expect(JSON.parse(said.trimEnd().split('\n').at(-1)!)).toEqual(['commander', 'esbuild', 'tsx']);
});
