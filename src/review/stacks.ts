import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '../artifacts/model';
import { isList, isObject } from '../artifacts/walk-json';
import { plainText } from './collect/plain-file';

/** A resource as Terraform will read it. */
export interface StackResource {
  /** `azurerm_storage_account.DataLake_E54831B2`. */
  readonly address: string;
  readonly type: string;
  /** Construct path, for people. */
  readonly path: string;
  /** As synthesised, templates unresolved, without the comment. */
  readonly body: JsonObject;
}

/** A synthesised stack. */
export interface ReviewedStack {
  /** `<environment>-platform` or `<environment>-insights`. */
  readonly name: string;
  readonly environment: string;
  readonly resources: readonly StackResource[];
  /** Former address by new one, from `moved` blocks. */
  readonly moved: ReadonlyMap<string, string>;
}

/** The stacks of a folder as CDKTF writes it (`stacks/<name>/cdk.tf.json`), by name. */
export function readStacks(folder: string): readonly ReviewedStack[] {
  const stacks = join(folder, 'stacks');
  if (!existsSync(stacks)) return [];
  return readdirSync(stacks)
    .sort()
    .flatMap((name) => {
      const text = plainText(stacks, join(name, 'cdk.tf.json'));
      return text === undefined ? [] : [parseStack(name, JSON.parse(text) as JsonValue)];
    });
}

/** @param content of `cdk.tf.json`. */
export function parseStack(name: string, content: JsonValue): ReviewedStack {
  const stack = isObject(content) ? content : {};
  const environment = name.replace(/-(platform|insights)$/, '');
  return { name, environment, resources: resourcesOf(stack['resource']), moved: movesOf(stack['moved']) };
}

/** What azapi sends as the `properties` of a resource; an empty object where it sends none. */
export function propertiesOf({ body }: StackResource): JsonObject {
  const sent = body['body'];
  const properties = isObject(sent) ? sent['properties'] : undefined;
  return isObject(properties) ? properties : {};
}

/** A text, or an empty one for anything else. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Azure's name of a resource, or the end of its address where it has none. */
export function nameOf({ body, address }: StackResource): string {
  return typeof body['name'] === 'string' ? body['name'] : address;
}

function resourcesOf(blocks: JsonValue | undefined): readonly StackResource[] {
  if (!isObject(blocks)) return [];
  return Object.entries(blocks)
    .flatMap(([type, byId]) =>
      isObject(byId) ? Object.entries(byId).map(([id, block]) => toResource(type, id, block)) : [],
    )
    .sort((one, other) => (one.address < other.address ? -1 : 1));
}

function toResource(type: string, id: string, block: JsonValue): StackResource {
  const { '//': comment, ...body } = isObject(block) ? block : {};
  const metadata = isObject(comment) ? comment['metadata'] : undefined;
  const path = isObject(metadata) && typeof metadata['path'] === 'string' ? metadata['path'] : id;
  return { address: `${type}.${id}`, type, path, body };
}

function movesOf(blocks: JsonValue | undefined): ReadonlyMap<string, string> {
  const list = isList(blocks) ? blocks : [];
  return new Map(
    list.flatMap((block) => {
      const { from, to } = isObject(block) ? block : {};
      return typeof from === 'string' && typeof to === 'string' ? [[to, from] as const] : [];
    }),
  );
}
