/** Seconds of the parts of something long, one after the other. */
export class PhaseClock {
  private last = Date.now();

  /** Seconds since the last lap, to a tenth. */
  lap(): number {
    const now = Date.now();
    const seconds = Math.round((now - this.last) / 100) / 10;
    this.last = now;
    return seconds;
  }
}
