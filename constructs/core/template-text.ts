/**
 * A text as Terraform JSON has to spell it: there `${` and `%{` begin an expression in every string. Tokens are spelt with
 * `${` themselves, so this comes before they are mixed in.
 */
export function escapeTemplate(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
