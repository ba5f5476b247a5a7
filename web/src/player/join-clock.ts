/** Wakes up at the moment the next track of a timeline begins to sound. */

import type { Session } from "./session";

export class JoinClock {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `advance` lets the next track take over, and tells whether it was time for that. */
  constructor(private readonly advance: () => boolean) {}

  arm(session: Session | null): void {
    this.stop();
    if (!session?.upcoming) return;
    const seconds = session.upcoming.start / session.rate - session.graph.deck.element.currentTime;
    this.#timer = setTimeout(() => this.advance() || this.arm(session), Math.max(5, seconds * 1000));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
