/** Lets drawing wait a moment while something more urgent is under way on the one thread that a page has. */

export class Patience {
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Ask for patience: until `end`, or for `ms` at most. */
  begin(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), ms);
  }

  /** Do what has waited. */
  end(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const work of waiting) work();
  }

  /** Do `work` now, or once, when patience is over. */
  later(work: () => void): void {
    if (this.#timer === null) work();
    else this.#waiting.add(work);
  }
}
