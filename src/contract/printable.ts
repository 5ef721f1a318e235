/** A name of somebody else's as one line of text: a control character in it could forge other lines. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
