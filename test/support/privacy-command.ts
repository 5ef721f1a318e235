import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { captured } from '../cli/captured';
import { smallSalt } from './small-place';

/** The command with these words; its exit code and what it printed. */
export async function insights(...words: string[]) {
  const surroundings = captured();
  const exitCode = await runCli(words, surroundings);
  return { exitCode, ...surroundings.printed() };
}

/** An empty lake in a folder, with a file beside it that holds the salt. */
export function lakeWithSalt(root: string): { lake: string; salt: string; root: string } {
  const [lake, salt] = [path.join(root, 'lake'), path.join(root, 'salt')];
  mkdirSync(lake);
  writeFileSync(salt, `${smallSalt}\n`);
  return { lake, salt, root };
}
