import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { currentProcess, isDead } from '../../src/lake/process-identity';

const identity = (pid: number) => {
  const { host } = currentProcess();
  return { pid, host, token: 'of another process' };
};

test('a process is dead once it has ended, also where its parent never asks how', async () => {
  // What the shell becomes does not know that it has a child: as the first process of a container.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const child = identity(Number(text.toString()));
    expect(isDead(identity(parent.pid ?? 0), currentProcess())).toBe(false);
    for (let tries = 0; tries < 200 && !isDead(child, currentProcess()); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isDead(child, currentProcess())).toBe(true);
    expect(existsSync('/proc') ? existsSync(`/proc/${child.pid}`) : false).toBe(existsSync('/proc'));
  } finally {
    parent.kill('SIGKILL');
  }
});
