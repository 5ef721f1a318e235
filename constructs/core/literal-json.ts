import type { JsonObject } from '../../src/artifacts/model';
import { replaceTexts } from '../../src/artifacts/walk-json';
import { Token, type IResolvable, type IResolveContext } from './cdktf';

/**
 * A JSON object that has tokens at known places only. The library looks for tokens in every string of a stack, five times in
 * a synthesis; for notebooks with thousands of lines that is most of its work, and what looks like one of its tokens would be
 * taken for one. It sees the texts with tokens here and nothing else; the object itself is written as it is (`toJSON`).
 */
export class LiteralJson implements IResolvable {
  readonly creationStack: string[] = [];

  /**
   * @param value as Terraform JSON spells it: `${` and `%{` escaped.
   * @param texts with tokens, by the JSON pointers that they belong to. @default none
   */
  constructor(
    private readonly value: JsonObject,
    private readonly texts: ReadonlyMap<string, string> = new Map(),
  ) {}

  resolve(context: IResolveContext): readonly string[] {
    context.registerPostProcessor({ postProcess: (resolved: readonly string[]) => this.with(resolved) });
    return [...this.texts.values()];
  }

  /** Instead of the texts, what their tokens stand for. */
  private with(resolved: readonly string[]): LiteralJson {
    if (resolved.length === 0) return this;
    const pointers = [...this.texts.keys()];
    return new LiteralJson(
      replaceTexts(this.value, new Map(resolved.map((text, index) => [pointers[index] ?? '', text]))),
    );
  }

  toJSON(): JsonObject {
    return this.value;
  }

  toString(): string {
    return Token.asString(this);
  }
}
