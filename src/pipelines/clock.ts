import { systemClock, type Clock } from '../operations/clock';

/** The time of runs and triggers: injected, so that days of waiting pass in a test at once. */
export interface PipelineClock extends Clock {
  /**
   * Calls back once when the clock reaches `time` (milliseconds since 1970), at once when it is there already. Unlike
   * `wait`, it does not make time pass. The answer takes the call back.
   */
  at(time: number, callback: () => void): () => void;
  /** Does work that takes time outside this clock; a clock that jumps stands still meanwhile. */
  busy<T>(work: () => Promise<T>): Promise<T>;
}

/** Longest delay of a timer of Node, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** The machine's clock. */
export const systemPipelineClock: PipelineClock = {
  ...systemClock,
  at: (time, callback) => {
    let timer: NodeJS.Timeout | undefined;
    const arm = (): void => {
      const rest = time - Date.now();
      timer = setTimeout(rest > longestTimer ? arm : callback, Math.max(0, Math.min(rest, longestTimer)));
      // A deadline keeps no process alive.
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
  busy: (work) => work(),
};

interface Alarm {
  readonly time: number;
  /** Whether somebody sleeps until then; a deadline alone makes no time pass. */
  readonly isSleep: boolean;
  readonly ring: () => void;
}

/**
 * A clock that is set, not running. It jumps to the end of the next sleep as soon as nobody has anything else to do, so
 * that a run with waits and retries ends at once, in the same order as in real time.
 */
export class VirtualClock implements PipelineClock {
  private time: number;
  private alarms: Alarm[] = [];
  private working = 0;
  private isJumpPlanned = false;

  constructor(start: Date | number = Date.UTC(2026, 0, 1)) {
    this.time = Number(start);
  }

  now(): number {
    return this.time;
  }

  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        signal?.removeEventListener('abort', end);
        this.remove(alarm);
        resolve();
      };
      const alarm = { time: this.time + Math.max(0, milliseconds), isSleep: true, ring: end };
      signal?.addEventListener('abort', end);
      this.alarms.push(alarm);
      this.planJump();
    });
  }

  at(time: number, callback: () => void): () => void {
    const alarm = { time, isSleep: false, ring: callback };
    this.alarms.push(alarm);
    if (time <= this.time) this.planJump();
    return () => this.remove(alarm);
  }

  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.working += 1;
    try {
      return await work();
    } finally {
      this.working -= 1;
      this.planJump();
    }
  }

  /** Sets the clock forward and rings everything that is due, in order. Resolves when what rang has been done. */
  async advanceTo(time: Date | number): Promise<void> {
    const end = Number(time);
    for (;;) {
      const next = this.next((alarm) => alarm.time <= end);
      if (next === undefined) break;
      this.ring(next);
      await settled();
    }
    this.time = Math.max(this.time, end);
    await settled();
  }

  private next(isWanted: (alarm: Alarm) => boolean): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.alarms) {
      if (isWanted(alarm) && (first === undefined || alarm.time < first.time)) first = alarm;
    }
    return first;
  }

  private ring(alarm: Alarm): void {
    this.time = Math.max(this.time, alarm.time);
    this.remove(alarm);
    alarm.ring();
  }

  private remove(alarm: Alarm): void {
    this.alarms = this.alarms.filter((other) => other !== alarm);
  }

  private planJump(): void {
    if (this.isJumpPlanned) return;
    this.isJumpPlanned = true;
    // Whoever was woken gets to do its work, and to sleep again, before time goes on.
    setImmediate(() => {
      this.isJumpPlanned = false;
      this.jump();
    });
  }

  private jump(): void {
    if (this.working > 0) return;
    const due = this.next((alarm) => alarm.time <= this.time);
    const sleep = this.next(({ isSleep }) => isSleep);
    const limit = sleep?.time;
    // Deadlines before the end of the next sleep come first.
    const next = due ?? (limit === undefined ? undefined : this.next((alarm) => alarm.time <= limit));
    if (next === undefined) return;
    this.ring(next);
    this.planJump();
  }
}

/** After everything that was ready to go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
