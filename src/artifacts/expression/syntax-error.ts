import { InsightsError } from '../../contract/errors';

/** Text that is no expression. `position` is the 0-based offset in `text` at which reading stopped. */
export class ExpressionSyntaxError extends InsightsError {
  constructor(
    readonly text: string,
    readonly position: number,
    readonly reason: string,
  ) {
    super('EXPRESSION_INVALID', `Unable to parse expression '${excerpt(text)}': ${reason} at position ${position}.`, {
      details: { position },
    });
    this.name = 'ExpressionSyntaxError';
  }
}

const longest = 200;

/** Expressions of pipelines may be thousands of characters; a message shows the beginning. */
function excerpt(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
