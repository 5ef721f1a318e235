import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzurermProvider } from '../../constructs/core/azurerm';
import { App, LocalBackend, TerraformStack } from '../../constructs/core/cdktf';

export type Json = Record<string, unknown>;

export interface Block {
  /** `azurerm_storage_account.DataLake_E54831B2`: what the state knows the resource by. */
  readonly address: string;
  /** Everything of the block but the removable `//`. */
  readonly body: Json;
}

/** Builds an app, synthesises it as main.ts does, validations included, and gives the JSON of its stacks by name. */
export function synthesise(build: (app: App) => void): Readonly<Record<string, Json>> {
  const outdir = mkdtempSync(join(tmpdir(), 'insights-synth-'));
  try {
    const app = new App({ outdir, stackTraces: false });
    build(app);
    app.synth();
    const names = app.node.children.map(({ node }) => node.id);
    return Object.fromEntries(
      names.map((name) => [
        name,
        JSON.parse(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')) as Json,
      ]),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The resource blocks of one construct in a stack `test`, by construct path below the stack. */
export function synthesiseBlocks(build: (stack: TerraformStack) => void): Readonly<Record<string, Block>> {
  return blocksOf(synthesiseStack(build));
}

/** The JSON of a stack `test` with one construct, a backend and the provider azurerm. */
export function synthesiseStack(build: (stack: TerraformStack) => void): Json {
  const stacks = synthesise((app) => {
    const stack = new TerraformStack(app, 'test');
    new LocalBackend(stack, { path: 'test.tfstate' });
    new AzurermProvider(stack, 'Azurerm', { features: [{}] });
    build(stack);
  });
  return stacks['test'] as Json;
}

/** Every resource (or data) block by the path of its construct below the stack, such as `DataLake/stage1/Resource`. */
export function blocksOf(stack: Json, kind: 'resource' | 'data' = 'resource'): Readonly<Record<string, Block>> {
  const resources = (stack[kind] ?? {}) as Record<string, Record<string, Json>>;
  return Object.fromEntries(
    Object.entries(resources).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, { '//': comment, ...body }]) => {
        const { path } = (comment as { metadata: { path: string } }).metadata;
        return [path.slice(path.indexOf('/') + 1), { address: `${type}.${id}`, body }];
      }),
    ),
  );
}

/** JSON without the `//` members that cdktf adds at every depth. */
export function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([key]) => key !== '//');
  return Object.fromEntries(members.map(([key, member]) => [key, withoutComments(member)]));
}
