import { ServiceError } from '../http';

/** What a condition is asked about. */
export interface ConditionFacts {
  /** Data action, such as `…/blobs/read`. */
  readonly action: string;
  /** `Blob.List` and its like; undefined for a plain read or write. */
  readonly subOperation?: string;
  /** Values of `@Resource[…]` and `@Request[…]` by attribute, such as `…/blobs:path`. */
  readonly resource: Readonly<Record<string, string>>;
  readonly request: Readonly<Record<string, string>>;
}

type Node = (facts: ConditionFacts) => boolean;

const comparisons: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  StringEquals: (left, right) => left === right,
  StringEqualsIgnoreCase: (left, right) => left.toLowerCase() === right.toLowerCase(),
  StringNotEquals: (left, right) => left !== right,
  StringStartsWith: (left, right) => left.startsWith(right),
  StringNotStartsWith: (left, right) => !left.startsWith(right),
  StringLike: (left, right) => like(left, right),
  StringNotLike: (left, right) => !like(left, right),
};

const token =
  /\s*(?:(\()|(\))|(!|\bNOT\b)|(\bAND\b|&&)|(\bOR\b|\|\|)|(ActionMatches|SubOperationMatches)\{'([^']*)'\}|@(Resource|Request)\[([^\]]+)\]|([A-Za-z]+)|'([^']*)')/iy;

/**
 * Reads the condition of a role assignment: the part of Azure's language that is about blobs.
 * @throws ServiceError 400 for anything that the language does not have, and for what this stand-in does not know of it
 */
export function parseCondition(condition: string): Node {
  try {
    return new ConditionParser(condition).whole();
  } catch (error) {
    // More brackets in each other than the stack holds.
    if (!(error instanceof RangeError)) throw error;
    throw new ServiceError(400, 'RoleAssignmentConditionNotValid', 'The condition is nested too deep.');
  }
}

class ConditionParser {
  private at = 0;
  private current: RegExpExecArray | null = null;

  constructor(private readonly condition: string) {
    this.advance();
  }

  whole(): Node {
    const node = this.either();
    if (this.current !== null || this.condition.slice(this.at).trim() !== '') throw this.refuse();
    return node;
  }

  /** OR binds less than AND. */
  private either(): Node {
    const parts = [this.all()];
    while (this.current?.[5] !== undefined) {
      this.advance();
      parts.push(this.all());
    }
    return (facts) => parts.some((part) => part(facts));
  }

  private all(): Node {
    const parts = [this.single()];
    while (this.current?.[4] !== undefined) {
      this.advance();
      parts.push(this.single());
    }
    return (facts) => parts.every((part) => part(facts));
  }

  private single(): Node {
    const found = this.current;
    if (found === null) throw this.refuse();
    if (found[3] !== undefined) {
      this.advance();
      const inner = this.single();
      return (facts) => !inner(facts);
    }
    if (found[1] !== undefined) {
      this.advance();
      const inner = this.either();
      if (this.current?.[2] === undefined) throw this.refuse();
      this.advance();
      return inner;
    }
    if (found[6] !== undefined) {
      this.advance();
      const value = (found[7] ?? '').toLowerCase();
      const isAction = found[6].toLowerCase() === 'actionmatches';
      return (facts) => (isAction ? facts.action : facts.subOperation)?.toLowerCase() === value;
    }
    return this.comparison();
  }

  private comparison(): Node {
    const [, , , , , , , , source, attribute = ''] = this.current ?? [];
    if (source === undefined) throw this.refuse();
    this.advance();
    const compare = comparisons[this.current?.[10] ?? ''];
    if (compare === undefined) throw this.refuse();
    this.advance();
    const right = this.current?.[11];
    if (right === undefined) throw this.refuse();
    this.advance();
    const side = source.toLowerCase() === 'resource' ? 'resource' : 'request';
    // An attribute that a request does not have fulfils nothing.
    return (facts) => {
      const left = facts[side][attribute];
      return left !== undefined && compare(left, right);
    };
  }

  private advance(): void {
    token.lastIndex = this.at;
    this.current = token.exec(this.condition);
    if (this.current !== null) this.at = token.lastIndex;
  }

  private refuse(): ServiceError {
    const message = `The condition is not valid near position ${this.at}.`;
    return new ServiceError(400, 'RoleAssignmentConditionNotValid', message);
  }
}

function like(value: string, pattern: string): boolean {
  const parts = pattern.split(/(\*|\?)/).map((part) => {
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's').test(value);
}
