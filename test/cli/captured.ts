import path from 'node:path';
import type { Surroundings } from '../../src/cli/run-command';

/** Surroundings whose streams are kept as text. */
export interface Captured extends Surroundings {
  printed(): { stdout: string; stderr: string };
}

export const projectRoot = path.resolve(__dirname, '..', '..');

export function captured(options: Partial<Surroundings> & { readonly isTerminal?: boolean } = {}): Captured {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string): void => {
      texts[name] += text;
    },
  });
  return {
    streams: { stdout: stream('stdout'), stderr: { ...stream('stderr'), isTTY: options.isTerminal === true } },
    environment: options.environment ?? {},
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    projectRoot: options.projectRoot ?? projectRoot,
    printed: () => ({ ...texts }),
  };
}
