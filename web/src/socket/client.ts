/**
 * The one socket of a tab: typed frames, replies by id, and reconnecting for as long as it is wanted. After a lost
 * connection the server sends what was missed, and commands it has not answered are sent again under their own ids.
 */

import { SUBPROTOCOL, type ClientMessages, type ErrorBody, type Ready, type Resumed, type ServerMessages } from "@/api/types";
import { Backoff } from "./backoff";

export type Status = "connecting" | "ready" | "waiting" | "closed";

/** What of WebSocket is used; tests hand in a fake. */
export interface SocketLike {
  readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Frame<T extends keyof ServerMessages = keyof ServerMessages> {
  type: T;
  data: ServerMessages[T];
  replyTo?: string;
  seq?: number;
  timestamp: number;
}

/** The server refused a command, or the connection was lost before it answered (`code` CONNECTION_LOST). */
export class SocketError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "SocketError";
  }
}

interface Waiting {
  type: keyof ClientMessages;
  data: unknown;
  resolve(frame: Frame): void;
  reject(error: SocketError): void;
}

/** Changes of the queue are kept while the server cannot be reached; what is meant for the moment is not. */
const keepable = (type: string): boolean => type.startsWith("queue.") && type !== "queue.get";
/** A report of a position says nothing any more when the connection is back. */
const passing = (type: string): boolean => type === "player.report" || type.startsWith("connection.");
const MOST_KEPT = 100;
/** So many of the newest stamps say how far the server's clock is from ours. */
const STAMPS = 16;

export interface SocketOptions {
  url: string;
  clientName: string;
  open?: (url: string) => SocketLike;
  now?: () => number;
  random?: () => number;
}

type Handler = (frame: Frame<never>) => void;

/** Our own clock, which nobody sets: only its distance to the server's counts. */
const evenNow = (): number => performance.timeOrigin + performance.now();

export class SocketClient {
  #status: Status = "closed";
  #socket: SocketLike | null = null;
  #clientId: string | null = null;
  #resumeToken: string | null = null;
  #lastSeq = 0;
  #sent = 0;
  readonly #prefix: string;
  /** Of the newest stamps, how far each is ahead of our clock. */
  #offsets: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #waiting = new Map<string, Waiting>();
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #watchers = new Set<(status: Status) => void>();
  readonly #backoff: Backoff;
  readonly #options: Required<Pick<SocketOptions, "open" | "now">> & SocketOptions;

  constructor(options: SocketOptions) {
    this.#options = { open: (url) => new WebSocket(url, SUBPROTOCOL) as SocketLike, now: evenNow, ...options };
    this.#backoff = new Backoff(options.random);
    // Long enough to be the only one of its kind: the server knows such ids even after it was restarted.
    this.#prefix = `c-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }

  get status(): Status {
    return this.#status;
  }

  /** This client's id at the server, once it has been greeted. */
  get clientId(): string | null {
    return this.#clientId;
  }

  /** The server's clock, epoch ms: its newest stamps are compared with our own clock, the least delayed one counts. */
  serverNow(): number {
    return this.#options.now() + (this.#offsets.length > 0 ? Math.max(...this.#offsets) : 0);
  }

  start(): void {
    if (this.#status !== "closed") return;
    globalThis.addEventListener?.("online", this.#retryNow);
    this.#connect();
  }

  stop(): void {
    globalThis.removeEventListener?.("online", this.#retryNow);
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#drop(() => false);
    this.#resumeToken = null;
    this.#become("closed");
    socket?.close();
  }

  /** Try again at once instead of waiting for the backoff. */
  readonly retry = (): void => this.#retryNow();

  on<T extends keyof ServerMessages>(type: T, handler: (frame: Frame<T>) => void): () => void {
    const handlers = this.#handlers.get(type) ?? new Set<Handler>();
    this.#handlers.set(type, handlers.add(handler as Handler));
    return () => handlers.delete(handler as Handler);
  }

  onStatus(watcher: (status: Status) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Send a command; the promise is kept by the server's reply, or broken by its error. Changes of the queue wait for the
   * server while it cannot be reached; other commands are refused then.
   */
  request<T extends keyof ClientMessages>(type: T, data: ClientMessages[T]): Promise<Frame> {
    const ready = this.#status === "ready" || type === "connection.hello";
    if (!ready && !(this.#status !== "closed" && keepable(type) && this.#waiting.size < MOST_KEPT)) {
      return Promise.reject(new SocketError("CONNECTION_LOST", "Auralis cannot be reached right now."));
    }
    const id = `${this.#prefix}-${++this.#sent}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { type, data, resolve, reject });
      if (ready) this.#send(id, type, data);
    });
  }

  /** Be known to other devices by another name, from now on. */
  async rename(clientName: string): Promise<void> {
    this.#options.clientName = clientName;
    if (this.#status === "ready") await this.#hello({});
  }

  #hello(resume: { resumeToken?: string; lastSeq?: number }): Promise<Frame> {
    const capabilities = ["output" as const, "ping" as const];
    return this.request("connection.hello", { clientName: this.#options.clientName, capabilities, ...resume });
  }

  #send(id: string, type: string, data: unknown): void {
    this.#socket?.send(JSON.stringify({ v: 1, id, type, data, timestamp: this.#options.now() }));
  }

  #sendAgain(): void {
    for (const [id, { type, data }] of this.#waiting) if (type !== "connection.hello") this.#send(id, type, data);
  }

  #connect(): void {
    this.#become("connecting");
    const socket = this.#options.open(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => {
      const resume = this.#resumeToken === null ? {} : { resumeToken: this.#resumeToken, lastSeq: this.#lastSeq };
      this.#hello(resume).catch(() => socket.close());
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket && typeof event.data === "string") this.#receive(event.data);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost();
    };
  }

  #receive(text: string): void {
    let frame: Frame & { error?: ErrorBody };
    try {
      frame = JSON.parse(text) as Frame & { error?: ErrorBody };
    } catch {
      return;
    }
    this.#keepTime(frame.timestamp);
    if (frame.seq !== undefined) {
      if (frame.seq <= this.#lastSeq) return;
      this.#lastSeq = frame.seq;
    }
    if (frame.type === "connection.ready" || frame.type === "connection.resumed") this.#greeted(frame.data as Ready | Resumed);
    if (frame.type === "connection.ping") this.#send(`${this.#prefix}-pong`, "connection.pong", {});
    const waiting = frame.replyTo === undefined ? undefined : this.#waiting.get(frame.replyTo);
    if (waiting && frame.replyTo !== undefined) {
      this.#waiting.delete(frame.replyTo);
      if (frame.error) waiting.reject(new SocketError(frame.error.code, frame.error.message));
      else waiting.resolve(frame);
    }
    for (const handler of this.#handlers.get(frame.type) ?? []) handler(frame as Frame<never>);
  }

  #greeted({ clientId, resumeToken, seq }: Ready | Resumed): void {
    this.#clientId = clientId;
    this.#resumeToken = resumeToken;
    this.#lastSeq = seq;
    this.#backoff.reset();
    this.#become("ready");
    this.#sendAgain();
  }

  #keepTime(timestamp: unknown): void {
    if (typeof timestamp !== "number") return;
    this.#offsets = [...this.#offsets, timestamp - this.#options.now()].slice(-STAMPS);
  }

  #lost(): void {
    this.#drop((type) => !passing(type));
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #drop(keeps: (type: string) => boolean): void {
    this.#socket = null;
    this.#clientId = null;
    this.#offsets = [];
    for (const [id, { type, reject }] of this.#waiting) {
      if (keeps(type)) continue;
      this.#waiting.delete(id);
      reject(new SocketError("CONNECTION_LOST", "The connection was lost before the server answered."));
    }
  }

  readonly #retryNow = (): void => {
    if (this.#status !== "waiting") return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  #become(status: Status): void {
    if (this.#status === status) return;
    this.#status = status;
    for (const watcher of this.#watchers) watcher(status);
  }
}

/** Address of the server's socket beside this page. */
export function socketUrl(location: Pick<Location, "protocol" | "host">): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`;
}
