/** One audio element fed through one SourceBuffer: appends and removals in order, positions in seconds of its timeline. */

import type { Codec } from "./sound";

/** Far beyond any session; so that the element accepts every position, whatever has been appended. */
const ENDLESS_SECONDS = 1e7;
const KEEP_WHEN_FULL_SECONDS = 5;

const MIME_TYPES: Record<Codec, string> = { flac: 'audio/mp4; codecs="flac"', aac: 'audio/mp4; codecs="mp4a.40.2"' };

/** The buffer is full although all that was heard has been removed. */
export class BufferFullError extends Error {}

interface MediaSourceClass {
  new (): MediaSource;
  isTypeSupported(type: string): boolean;
}

/** MediaSource, or ManagedMediaSource where a browser has only that; null where it cannot stream `codec`. */
export function mediaSourceClass(codec: Codec = "flac", scope: object = globalThis): MediaSourceClass | null {
  const known = scope as { MediaSource?: MediaSourceClass; ManagedMediaSource?: MediaSourceClass };
  const found = known.MediaSource ?? known.ManagedMediaSource;
  return found?.isTypeSupported(MIME_TYPES[codec]) ? found : null;
}

/** The stretch of the timeline that an append may change, seconds: what is coded around it is only for the decoder. */
export interface Window {
  start: number;
  end: number;
}

const EVERYWHERE: Window = { start: 0, end: Infinity };

export class Deck {
  #source: MediaSource | null = null;
  #buffer: SourceBuffer | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #address = "";
  #giveUp: (error: DOMException) => void = () => undefined;
  readonly #closed = new Promise<never>((_, reject) => {
    this.#giveUp = reject;
  });

  constructor(
    readonly element: HTMLAudioElement,
    readonly codec: Codec = "flac",
  ) {
    this.#closed.catch(() => undefined);
  }

  /** Attach a MediaSource; to be called after the element has been wired into its AudioContext. */
  open(): Promise<void> {
    const Source = mediaSourceClass(this.codec);
    if (!Source) return Promise.reject(new Error(`This browser cannot stream ${this.codec.toUpperCase()}.`));
    const source = new Source();
    this.#source = source;
    this.#address = URL.createObjectURL(source);
    this.element.disableRemotePlayback = true;
    this.element.preload = "auto";
    this.element.src = this.#address;
    return new Promise((resolve, reject) => {
      const opened = () => {
        try {
          source.duration = ENDLESS_SECONDS;
          this.#buffer = source.addSourceBuffer(MIME_TYPES[this.codec]);
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      };
      source.addEventListener("sourceopen", opened, { once: true });
    });
  }

  close(): void {
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load();
    URL.revokeObjectURL(this.#address);
    this.#source = null;
    this.#buffer = null;
    this.#giveUp(closedError());
  }

  /** Lay encoded sound at `seconds` of the timeline, over whatever lies there; nothing changes outside of `within`. */
  append(bytes: ArrayBuffer, seconds: number, within: Window = EVERYWHERE): Promise<void> {
    return this.#enqueue(async (buffer) => {
      if (!(await this.#fits(buffer, bytes, seconds, within))) {
        await this.#makeRoom(buffer);
        if (!(await this.#fits(buffer, bytes, seconds, within))) throw new BufferFullError("The browser's buffer is full.");
      }
      this.#extend();
    });
  }

  remove(start: number, end: number): Promise<void> {
    return this.#enqueue((buffer) => settled(buffer, () => buffer.remove(start, end)));
  }

  /** Say that nothing follows, so that the element plays to the very last frame and then ends. */
  end(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#source?.readyState === "open") this.#source.endOfStream();
    });
  }

  /** Whether the timeline holds sound from `start` to `end`, give or take a millisecond. */
  holds(start: number, end: number): boolean {
    const ranges = this.#buffer?.buffered;
    for (let index = 0; index < (ranges?.length ?? 0); index += 1) {
      if (ranges!.start(index) <= start + 0.001 && ranges!.end(index) >= end - 0.001) return true;
    }
    return false;
  }

  /** Where the oldest sound of the buffer lies; null when it is empty. */
  get oldest(): number | null {
    const ranges = this.#buffer?.buffered;
    return ranges && ranges.length > 0 ? ranges.start(0) : null;
  }

  get isOpen(): boolean {
    return this.#buffer !== null && this.element.error === null && this.#source?.readyState !== "closed";
  }

  /** Append, or tell that there is no room for it. */
  async #fits(buffer: SourceBuffer, bytes: ArrayBuffer, seconds: number, within: Window): Promise<boolean> {
    try {
      await settled(buffer, () => {
        buffer.appendWindowStart = 0; // the end may never lie before the start
        buffer.appendWindowEnd = within.end;
        buffer.appendWindowStart = within.start;
        buffer.timestampOffset = seconds;
        buffer.appendBuffer(bytes);
      });
      return true;
    } catch (error) {
      if (error instanceof DOMException && error.name === "QuotaExceededError") return false;
      throw error;
    }
  }

  async #makeRoom(buffer: SourceBuffer): Promise<void> {
    const end = this.element.currentTime - KEEP_WHEN_FULL_SECONDS;
    const oldest = this.oldest;
    if (oldest !== null && end > oldest) await settled(buffer, () => buffer.remove(0, end));
  }

  /** An append after `end()` opens the source again, at the length it had then. */
  #extend(): void {
    if (this.#source?.readyState === "open" && this.#source.duration < ENDLESS_SECONDS) {
      this.#source.duration = ENDLESS_SECONDS;
    }
  }

  #enqueue(work: (buffer: SourceBuffer) => Promise<void>): Promise<void> {
    const done = this.#queue.then(() => {
      if (!this.#buffer) throw closedError();
      return Promise.race([work(this.#buffer), this.#closed]);
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

function closedError(): DOMException {
  return new DOMException("The deck is closed.", "AbortError");
}

/** Start an operation of a SourceBuffer and wait until it has been carried out. */
function settled(buffer: SourceBuffer, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      buffer.removeEventListener("updateend", done);
      buffer.removeEventListener("error", failed);
      resolve();
    };
    const failed = () => {
      buffer.removeEventListener("updateend", done);
      buffer.removeEventListener("error", failed);
      reject(new Error("The browser could not decode this sound."));
    };
    buffer.addEventListener("updateend", done);
    buffer.addEventListener("error", failed);
    try {
      start();
    } catch (error) {
      buffer.removeEventListener("updateend", done);
      buffer.removeEventListener("error", failed);
      reject(error as Error);
    }
  });
}
