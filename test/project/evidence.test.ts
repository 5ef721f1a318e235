import { existsSync, readFileSync } from 'node:fs';
import { runCli } from '../../src/cli/program';
import { captured } from '../cli/captured';

const documents = ['docs/operations.md', 'docs/security.md'].map((file) => [file, readFileSync(file, 'utf8')] as const);

test.each(documents)('%s names only tests and workflows that are there', (_file, text) => {
  const paths = [...text.matchAll(/`((?:test|src|\.github)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(2);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

test.each(documents)('%s names only commands and flags that are there', async (_file, text) => {
  const named = [
    ...text.matchAll(/`(?:npx )?insights ([a-z-]+)((?: [^`]*)?)`/g),
    ...text.matchAll(/^ *npx insights ([a-z-]+)(.*)$/gm),
  ];
  const wrong: string[] = [];
  for (const [, command = '', rest = ''] of named) {
    const surroundings = captured();
    const words = [command, ...(command === 'salt' ? [/^ (\w+)/.exec(rest)?.[1] ?? ''] : [])].filter(
      (word) => word !== '',
    );
    const known = command !== 'explain' || rest !== '' ? await runCli([...words, '--help'], surroundings) : 0;
    const help = surroundings.printed().stdout;
    const flags = [...rest.matchAll(/ (--[a-z-]+)/g)].map(([, flag = '']) => flag);
    if (known !== 0 || flags.some((flag) => !help.includes(flag))) wrong.push(`${command}${rest}`);
  }
  expect(named.length).toBeGreaterThan(4);
  expect(wrong).toEqual([]);
});
