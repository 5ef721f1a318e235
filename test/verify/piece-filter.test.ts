import * as fc from 'fast-check';
import { PieceFilter } from '../../src/verify/piece-filter';

function filterOf(pieces: readonly string[]): PieceFilter {
  const filter = new PieceFilter(pieces.length);
  for (const piece of pieces) filter.add(piece);
  return filter;
}

test('a text that contains a piece is always suspected', () => {
  const piece = fc.string({ minLength: 8, maxLength: 8, unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 50 }),
      fc.nat(),
      fc.string(),
      fc.string(),
      (pieces, which, before, after) => {
        const hidden = pieces[which % pieces.length] ?? '';
        expect(filterOf(pieces).maySuspect(`${before}${hidden}${after}`)).toBe(true);
      },
    ),
  );
});

test('most texts without a piece are acquitted', () => {
  const pieces = Array.from({ length: 1000 }, (_, index) => `piece${String(index).padStart(3, '0')}`);
  const filter = filterOf(pieces);
  const texts = Array.from({ length: 1000 }, (_, index) => `another text with the number ${index * 7919}`);
  expect(texts.filter((text) => filter.maySuspect(text)).length).toBeLessThan(100);
});

test('texts with characters beyond the basic plane are suspected, because DuckDB cuts them elsewhere', () => {
  expect(filterOf(['abcdefgh']).maySuspect('😀')).toBe(true);
});

test('shorter texts than a piece are acquitted', () => {
  expect(filterOf(['abcdefgh']).maySuspect('abcdefg')).toBe(false);
  expect(filterOf([]).maySuspect('abcdefghijkl')).toBe(false);
});
