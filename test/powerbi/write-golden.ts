import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { goldenFolder, sampleModel } from './sample-project';

/** Writes the golden files of the model anew: `node --import tsx test/powerbi/write-golden.ts`, then read the difference. */
rmSync(goldenFolder, { recursive: true });
for (const [file, text] of sampleModel()) {
  const target = path.join(goldenFolder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}
