import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { currentProcess, isDead } from '../../src/lake/process-identity';

const identity = (pid: number) => {
  const { host } = currentProcess();
  return { pid, host, token: 'of another process' };
};

const until = async (isSo: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 1000 && !isSo(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
};

test('a process is dead once it has ended, also where its parent never asks how', async () => {
  // What the shell becomes does not know that it has a child: as the first process of a container.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const child = identity(Number(text.toString()));
    const hasProc = existsSync('/proc');
    // The shell itself would ask.
    await until(() => !hasProc || readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n');
    expect(isDead(identity(parent.pid ?? 0), currentProcess())).toBe(false);
    process.kill(child.pid, 'SIGKILL');
    await until(() => isDead(child, currentProcess()));
    expect(isDead(child, currentProcess())).toBe(true);
    expect(existsSync(`/proc/${child.pid}`)).toBe(hasProc);
  } finally {
    parent.kill('SIGKILL');
  }
});
