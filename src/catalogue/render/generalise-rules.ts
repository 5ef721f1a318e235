import type { ColumnType } from '../model';

/** Smallest number of a whole type: the lowest band may begin below it, and it then stands for the band. */
export const smallestNumber: Readonly<Partial<Record<ColumnType, string>>> = {
  short: '-32768',
  integer: '-2147483648',
  long: '-9223372036854775808',
};

const officeProducts = ['office', 'word', 'excel', 'powerpoint', 'outlook', 'onenote'].map(
  (name) => `microsoft ${name}`,
);
const officeMarks = [...officeProducts, 'onenote/', 'onedrive', 'skydrivesync', 'sharepoint'];

/** First match wins: Teams, Office and Edge call themselves Chrome and Safari too, Chrome calls itself Safari. */
export const families: readonly (readonly [family: string, marks: readonly string[]])[] = [
  ['Teams', ['teams']],
  ['Office', officeMarks],
  ['Edge', ['edg/', 'edge/', 'edga/', 'edgios/']],
  ['Firefox', ['firefox/', 'fxios/']],
  ['Chrome', ['chrome/', 'crios/', 'chromium/']],
  ['Safari', ['safari/']],
];
