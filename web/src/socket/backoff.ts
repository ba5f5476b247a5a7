/** Waiting times between attempts to connect: 3 s first, then doubling up to 30 s, each spread by a random part. */

const FIRST_MS = 3_000;
const LONGEST_MS = 30_000;

export class Backoff {
  #attempts = 0;

  constructor(private readonly random: () => number = Math.random) {}

  next(): number {
    const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return this.#attempts === 1 ? full : full * (0.5 + this.random() / 2);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
