/** Length of the pieces by which texts are compared, in characters. */
const pieceLength = 8;

/** Bits per piece: with two probes less than one window in a thousand is suspected wrongly, which costs a look. */
const bitsPerPiece = 80;

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
    const hash = mix(firstWindow(piece));
    for (const bit of [hash & this.mask, mix(hash) & this.mask]) {
      this.bits[bit >>> 5] = (this.bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }

  /** False only when no window of eight characters of `text` is a piece. */
  maySuspect(text: string): boolean {
    let isBeyondPlane = false;
    let window = 0;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      isBeyondPlane ||= unit >= 0xd800 && unit <= 0xdfff;
      const leaving = at < pieceLength ? 0 : text.charCodeAt(at - pieceLength);
      window = (Math.imul(window, base) + unit - Math.imul(leaving, baseToTheEighth)) | 0;
      if (at < pieceLength - 1) continue;
      const hash = mix(window);
      if (this.has(hash & this.mask) && this.has(mix(hash) & this.mask)) return true;
    }
    // DuckDB counts characters where JavaScript counts code units: beyond the basic plane windows differ.
    return isBeyondPlane;
  }

  private has(bit: number): boolean {
    return ((this.bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }
}

/** The window's code units as digits in this base, in 32 bits: the next window follows from the last one in two products. */
const base = 0x01000193;
const baseToTheEighth = Array.from({ length: pieceLength }).reduce((power: number) => Math.imul(power, base), 1);

function firstWindow(text: string): number {
  let window = 0;
  for (let at = 0; at < pieceLength; at++) window = (Math.imul(window, base) + text.charCodeAt(at)) | 0;
  return window;
}

/** Spreads the bits of a window over the whole number (the finaliser of MurmurHash3). */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16) ^ 0x5bd1e995, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
