/** Length of the pieces by which texts are compared, in characters. */
export const pieceLength = 8;

/** Bits per piece: with two probes about one window in 400 is suspected wrongly, which costs a look and nothing else. */
const bitsPerPiece = 40;

/**
 * Tells quickly which texts cannot contain any of a set of pieces of eight characters (a Bloom filter over a rolling
 * window). 2 M texts of 36 characters take a second or so; the join of all their pieces with all identifiers would take minutes.
 * It may suspect a text wrongly, and never acquits one wrongly.
 */
export class PieceFilter {
  private readonly bits: Uint32Array;
  private readonly mask: number;

  /** @param capacity number of pieces that will be added, about */
  constructor(capacity: number) {
    const wanted = Math.max(1024, capacity * bitsPerPiece);
    const size = 2 ** Math.min(30, Math.ceil(Math.log2(wanted)));
    this.bits = new Uint32Array(size / 32);
    this.mask = size - 1;
  }

  /** @param piece exactly eight characters; others are ignored, because no window equals them */
  add(piece: string): void {
    if (piece.length !== pieceLength) return;
    const [first, second] = [windowHash(piece, 0), secondHash(windowHash(piece, 0))];
    for (const bit of [first & this.mask, second & this.mask]) {
      this.bits[bit >>> 5] = (this.bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }

  /** False only when no window of eight characters of `text` is a piece. */
  maySuspect(text: string): boolean {
    for (let at = 0; at + pieceLength <= text.length; at++) {
      const hash = windowHash(text, at);
      if (this.has(hash & this.mask) && this.has(secondHash(hash) & this.mask)) return true;
    }
    // DuckDB counts characters where JavaScript counts code units: beyond the basic plane windows differ.
    return hasSurrogates.test(text);
  }

  private has(bit: number): boolean {
    return ((this.bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }
}

const hasSurrogates = /[\uD800-\uDFFF]/;

/** FNV-1a over eight code units, in 32 bits. */
function windowHash(text: string, at: number): number {
  let hash = 0x811c9dc5;
  for (let index = at; index < at + pieceLength; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Spreads the bits of the first hash anew (the finaliser of MurmurHash3). */
function secondHash(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
