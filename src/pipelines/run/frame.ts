import type { Value, ValueObject } from '../expression/value';

/** Where a list of activities runs: what they see of each other, and the item of the loop around them. */
export class Frame {
  private readonly states = new Map<string, ValueObject>();

  private constructor(
    private readonly parent: Frame | undefined,
    private readonly current: { readonly item: Value } | undefined,
    /** Numbers of the iterations of the loops around, `0/2`; empty outside loops. */
    readonly iterationHash: string,
  ) {}

  /** The activities of a pipeline. */
  static outermost(): Frame {
    return new Frame(undefined, undefined, '');
  }

  /** A branch of a condition, in which everything around is visible. */
  branch(): Frame {
    return new Frame(this, undefined, this.iterationHash);
  }

  /** One iteration of a loop; of Until there is no item. */
  iteration(number: number, current?: { readonly item: Value }): Frame {
    return new Frame(this, current, this.iterationHash === '' ? String(number) : `${this.iterationHash}/${number}`);
  }

  setState(activity: string, state: ValueObject): void {
    this.states.set(activity.toLowerCase(), state);
  }

  /** What `activity('name')` gives; undefined for one that is not visible from here or has not begun. */
  stateOf(activity: string): ValueObject | undefined {
    return this.states.get(activity.toLowerCase()) ?? this.parent?.stateOf(activity);
  }

  /** What `item()` gives, of the innermost loop; undefined outside loops. */
  item(): Value | undefined {
    return this.current === undefined ? this.parent?.item() : this.current.item;
  }
}
