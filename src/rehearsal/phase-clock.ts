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

/** A result, and the seconds that it took. */
export async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; seconds: number }> {
  const clock = new PhaseClock();
  const result = await work();
  return { result, seconds: clock.lap() };
}
