import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyKeptPlans, keepPlans } from '../../src/deployment/approved-plan';
import type { ChildRequest, ChildResult } from '../../src/deployment/child-process';
import type { DeployPorts, Question } from '../../src/deployment/deploy';
import type { StackFolder } from '../../src/deployment/synthesis';
import { Terraform } from '../../src/deployment/terraform';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const newFolder = useTemporaryFolders();
const ok: ChildResult = { exitCode: 0, stdout: '', stderr: '' };

/** A synthesised stack whose Terraform writes plan files that say which plan they are. */
async function stackOnDisk(changes: readonly object[]) {
  const stack: StackFolder = { name: 'dev-platform', isPlatform: true, folder: await newFolder() };
  writeFileSync(join(stack.folder, 'cdk.tf.json'), '{"resource":{}}');
  const applied: string[] = [];
  const questions: Question[] = [];
  let plans = 0;
  const run = async ({ folder, arguments: words }: ChildRequest): Promise<ChildResult> => {
    const plan = join(folder, 'approved.tfplan');
    if (words[0] === 'init') writeFileSync(join(folder, '.terraform.lock.hcl'), 'azurerm 4.55.0');
    if (words[0] === 'plan' && words.includes('-out=approved.tfplan')) writeFileSync(plan, `plan ${(plans += 1)}`);
    if (words[0] === 'show') return { ...ok, stdout: JSON.stringify({ resource_changes: changes }) };
    if (words[0] === 'output') return { ...ok, stdout: '{}' };
    if (words[0] === 'apply') applied.push(readFileSync(plan, 'utf8'));
    return ok;
  };
  const ports: DeployPorts = {
    terraform: ({ folder }) =>
      new Terraform({ program: 'terraform', folder, variables: {}, run, progress: () => undefined }),
    adopt: () => Promise.resolve(),
    dropAdoption: () => undefined,
    confirm: async (question) => void questions.push(question),
    print: () => undefined,
  };
  return { stack, ports, applied, questions };
}

const update = { address: 'x.Y', type: 'x', change: { actions: ['update'] } };
const lost = { address: 'azurerm_key_vault.V', type: 'azurerm_key_vault', change: { actions: ['delete'] } };

describe('plans that somebody approved', () => {
  test('are applied as they were kept, not as they would be made now, and nothing is asked', async () => {
    const { stack, ports, applied, questions } = await stackOnDisk([update]);
    const folder = await newFolder();
    const kept = await keepPlans('dev', [stack], folder, ports);
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toBe('### dev-platform: 1 to update\n\n- update `x.Y`\n');
    await keepPlans('dev', [stack], await newFolder(), ports);
    await applyKeptPlans('dev', [stack], { folder, approved: kept.hash }, ports);
    expect([applied, questions]).toEqual([['plan 1'], []]);
  });

  test('still ask for the name of the environment where data would go', async () => {
    const { stack, ports, questions } = await stackOnDisk([lost]);
    const folder = await newFolder();
    const { hash } = await keepPlans('dev', [stack], folder, ports);
    await applyKeptPlans('dev', [stack], { folder, approved: hash }, ports);
    expect(questions).toEqual([{ text: 'Apply to dev-platform: 1 to destroy? 1 of them hold data.', typed: 'dev' }]);
  });

  test.each(['approved.tfplan', 'cdk.tf.json', '.terraform.lock.hcl'])('with another %s are refused', async (file) => {
    const { stack, ports, applied } = await stackOnDisk([update]);
    const folder = await newFolder();
    const { hash } = await keepPlans('dev', [stack], folder, ports);
    writeFileSync(join(folder, 'dev-platform', file), 'something else');
    const told = await thrownBy(() => applyKeptPlans('dev', [stack], { folder, approved: hash }, ports));
    expect([told.code, told.message.replace(/[0-9a-f]{64}/, 'HASH'), applied]).toEqual([
      'DEPLOYMENT_PLAN_NOT_APPROVED',
      'The plans have the hash HASH, which is not the approved one.',
      [],
    ]);
  });

  test('of another revision, or none at all, are refused', async () => {
    const { stack, ports } = await stackOnDisk([update]);
    const folder = await newFolder();
    const { hash } = await keepPlans('dev', [stack], folder, ports);
    writeFileSync(join(stack.folder, 'cdk.tf.json'), '{"resource":{"x":{}}}');
    expect(await thrownBy(() => applyKeptPlans('dev', [stack], { folder, approved: hash }, ports))).toEqual({
      code: 'DEPLOYMENT_PLAN_STALE',
      message: 'The plan of dev-platform was made from other files than this revision has.',
      place: { path: 'dev-platform' },
    });
    const empty = await newFolder();
    mkdirSync(join(empty, 'dev-platform'));
    expect(await thrownBy(() => applyKeptPlans('dev', [stack], { folder: empty, approved: hash }, ports))).toEqual({
      code: 'DEPLOYMENT_PLAN_NOT_APPROVED',
      message: 'There is no approved.tfplan of dev-platform in the folder of the plans.',
      place: { file: empty },
    });
  });
});
