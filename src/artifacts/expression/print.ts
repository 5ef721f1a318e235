import type { Expression, Literal, Template } from './syntax';

/** The text of an expression in one canonical spelling; parsing it gives the same tree, but for the offsets. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression);
    case 'call':
      return `${expression.name}(${expression.arguments.map(printExpression).join(', ')})`;
    case 'member': {
      const { object, key, notation, isNullSafe } = expression;
      const property = notation === 'dot' && key.kind === 'literal' && key.type === 'string';
      const access = property ? `.${key.value}` : `[${printExpression(key)}]`;
      return `${printExpression(object)}${isNullSafe ? '?' : ''}${access}`;
    }
  }
}

/** The JSON string that stands for a template that was parsed. */
export function printTemplate(template: Template): string {
  if (template.kind === 'expression') return `@${printExpression(template.expression)}`;
  const parts = template.kind === 'text' ? [template.text] : template.parts;
  return parts
    .map((part, index) => {
      if (typeof part !== 'string') return `@{${printExpression(part)}}`;
      const escaped = part.replaceAll('@{', '@@{');
      return index === 0 && /^@(?!\{)/.test(part) ? `@${escaped}` : escaped;
    })
    .join('');
}

function printLiteral(literal: Literal): string {
  if (literal.type === 'string') return `'${literal.value.replaceAll("'", "''")}'`;
  if (literal.type !== 'float') return String(literal.value);
  const text = String(literal.value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
