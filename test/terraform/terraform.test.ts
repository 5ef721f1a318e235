import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutComments, type Json } from '../constructs/synthesised';
import { standIn } from './stand-in';
import { copyProject, isInstalled, synthesiseProject, terraform } from './synthesised-project';

const here = isInstalled('terraform');
const describeHere = here ? describe : describe.skip;

/** A project that is synthesised and nothing more; its folder has the depth that the state's relative path counts on. */
const project = here ? copyProject() : '';
const stacks = here ? synthesiseProject(process.cwd(), join(project, 'cdktf.out')) : {};
const names = here ? Object.keys(stacks) : ['no terraform on the PATH'];
const folderOf = (name: string): string => join(project, 'cdktf.out', 'stacks', name);
const jsonOf = (name: string): string => join(folderOf(name), 'cdk.tf.json');

afterAll(() => {
  if (here) rmSync(project, { recursive: true });
});

const providerMissing = 'Failed to query available provider packages';

/** The headings of the errors; warnings about the user's own set-up do not count. */
function errorsOf({ stderr }: { readonly stderr: string }): string[] {
  return [...stderr.matchAll(/Error: (.*)/g)].map((match) => match[1] ?? '');
}

/** Whether the user's own set-up (mirror, plugin folder) has the providers; asked once, without network. */
const initialised = here
  ? terraform(folderOf(names[0] as string), 'init', '-backend=false', '-input=false')
  : undefined;
const testWithProviders = initialised?.status === 0 ? test : test.skip;

describeHere.each(names)('stack %s', (name) => {
  test.each([
    ['as it is', (stack: Json): unknown => stack],
    ['without the "//" members of the library', withoutComments],
  ])('is read by terraform %s: backend first, then providers', (_, change) => {
    const original = readFileSync(jsonOf(name), 'utf8');
    try {
      writeFileSync(jsonOf(name), JSON.stringify(change(stacks[name] as Json)));
      rmSync(join(folderOf(name), '.terraform'), { recursive: true, force: true });
      const result = terraform(folderOf(name), 'init', '-input=false');
      expect(result.stdout).toContain('Successfully configured the backend "local"!');
      expect(new Set(errorsOf(result))).toEqual(new Set(result.status === 0 ? [] : [providerMissing]));
    } finally {
      writeFileSync(jsonOf(name), original);
    }
  });

  testWithProviders('is valid for its providers (skipped where the terraform set-up here has none)', () => {
    expect(errorsOf(terraform(folderOf(name), 'init', '-backend=false', '-input=false'))).toEqual([]);
    expect(terraform(folderOf(name), 'validate').stdout).toContain('Success! The configuration is valid.');
  });

  const isDisposable = name.endsWith('-insights');
  test(`plans, applies once, keeps its state outside cdktf.out and is ${isDisposable ? '' : 'not '}destroyed`, () => {
    const original = readFileSync(jsonOf(name), 'utf8');
    const folder = folderOf(name);
    try {
      rmSync(join(folder, '.terraform'), { recursive: true, force: true });
      writeFileSync(jsonOf(name), JSON.stringify(standIn(stacks[name] as Json)));
      const steps = [
        ['init', '-input=false'],
        ['validate'],
        ['apply', '-auto-approve'],
        ['plan', '-detailed-exitcode'],
      ].map((words) => terraform(folder, ...words));
      expect(steps.map((step) => [step.status, ...errorsOf(step)])).toEqual([[0], [0], [0], [0]]);
      expect(existsSync(join(project, `terraform.${name}.tfstate`))).toBe(true);
      expect(new Set(errorsOf(terraform(folder, 'destroy', '-auto-approve')))).toEqual(
        new Set(isDisposable ? [] : ['Instance cannot be destroyed']),
      );
    } finally {
      writeFileSync(jsonOf(name), original);
    }
  });
});
