import type { ReportMessage } from '../../src/contract/lake-format';
import { createOutput } from '../../src/cli/output';
import { printRunMessages, printStages } from '../../src/cli/stage-table';
import { runReport } from '../contract/lake-schema-examples';
import { captured } from './captured';

function printed(messages: readonly ReportMessage[]): string[] {
  const surroundings = captured();
  printRunMessages({ ...runReport, messages }, createOutput(surroundings.streams, false));
  return surroundings.printed().stdout.trimEnd().split('\n');
}

test('messages of a run: the gravest first, each with its place and numbers, then the next step for each kind of error', () => {
  const held = {
    severity: 'error',
    code: 'SNAPSHOT_HELD',
    message: 'Keys go.',
    counts: { before: 1200, after: 3 },
  } as const;
  expect(
    printed([
      { severity: 'information', code: 'ROW14', message: 'Rows stay.', file: 'roster/a', counts: { missing: 7 } },
      {
        severity: 'warning',
        code: 'ROW7',
        message: 'New words.',
        table: 'AadUser',
        column: 'Role',
        file: 'a.csv',
        line: 3,
      },
      { ...held, table: 'Person' },
      { ...held, table: 'Section' },
    ]),
  ).toEqual([
    '  error SNAPSHOT_HELD: Keys go. (table Person, before: 1,200, after: 3)',
    '  error SNAPSHOT_HELD: Keys go. (table Section, before: 1,200, after: 3)',
    '  warning ROW7: New words. (table AadUser, column Role, a.csv:3)',
    '  information ROW14: Rows stay. (roster/a, missing: 7)',
    '  next: If this is right (a year’s rollover), run: insights confirm <rundate>. Otherwise quarantine it.',
  ]);
});

test('a rule that is no error code has no next step', () => {
  expect(printed([{ severity: 'error', code: 'ROW14', message: 'Lost.' }])).toEqual(['  error ROW14: Lost.']);
});

test('rows of erased persons have a column where there are any', () => {
  const flow = { landed: 5, ingested: 5, corrected: 3, duplicates: 1, superseded: 0, rejected: { cast: 1 } };
  const person = { ...flow, table: 'Person', general: 3, sensitive: 3, kept: 0 };
  const course = { ...flow, table: 'Course', general: 3, sensitive: null, kept: 0 };
  const lines = (tables: Parameters<typeof printStages>[0]): string[] => {
    const surroundings = captured();
    printStages(tables, createOutput(surroundings.streams, false));
    return surroundings.printed().stdout.trimEnd().split('\n');
  };
  expect(lines([{ ...person, erased: 2 }, course]).map((line) => line.trim().split(/  +/).at(-1))).toEqual([
    'erased',
    '------',
    '2',
    '0',
    '2',
  ]);
  expect(lines([person, course])[0]).not.toContain('erased');
});
