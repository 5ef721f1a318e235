import { createInterface } from 'node:readline/promises';

/** Asks for a word on the terminal. @returns whether it was typed; false where nobody sits at one */
export async function isTyped(text: string, word: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  return (await ask(`${text} Type ${word} to go on: `)) === word;
}

/** The answer on the terminal; none after Ctrl-C or Ctrl-D, upon which older versions of Node would never answer. */
async function ask(question: string): Promise<string> {
  const closed = new AbortController();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.once('close', () => closed.abort());
  try {
    return (await lines.question(question, { signal: closed.signal }).catch(() => '')).trim();
  } finally {
    lines.close();
  }
}
