/** Lets calls through at most once an interval: the first at once, of those in between only the last. */
export class Coalesced {
  /** Calls whose outcome is not known yet. */
  underway = 0;
  #waiting: (() => void) | null = null;
  #resting = false;

  constructor(private readonly intervalMs: number) {}

  /** Whether the newest call has not been carried out yet. */
  get busy(): boolean {
    return this.underway > 0 || this.#waiting !== null;
  }

  send(work: () => void): void {
    if (this.#resting) {
      this.#waiting = work;
      return;
    }
    this.#resting = true;
    work();
    setTimeout(() => {
      this.#resting = false;
      const next = this.#waiting;
      this.#waiting = null;
      if (next) this.send(next);
    }, this.intervalMs);
  }
}
