/** The one socket of a tab: typed frames, replies by id, and reconnecting for as long as it is wanted. */

import { SUBPROTOCOL, type ClientMessages, type ErrorBody, type Ready, type ServerMessages } from "@/api/types";
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
  resolve(frame: Frame): void;
  reject(error: SocketError): void;
}

export interface SocketOptions {
  url: string;
  clientName: string;
  open?: (url: string) => SocketLike;
  now?: () => number;
  random?: () => number;
}

type Handler = (frame: Frame<never>) => void;

export class SocketClient {
  #status: Status = "closed";
  #socket: SocketLike | null = null;
  #ready: Ready | null = null;
  #sent = 0;
  #clockOffset: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #waiting = new Map<string, Waiting>();
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #watchers = new Set<(status: Status) => void>();
  readonly #backoff: Backoff;
  readonly #options: Required<Pick<SocketOptions, "open" | "now">> & SocketOptions;

  constructor(options: SocketOptions) {
    this.#options = { open: (url) => new WebSocket(url, SUBPROTOCOL) as SocketLike, now: () => Date.now(), ...options };
    this.#backoff = new Backoff(options.random);
  }

  get status(): Status {
    return this.#status;
  }

  /** This client's id at the server, once it has been greeted. */
  get clientId(): string | null {
    return this.#ready?.clientId ?? null;
  }

  /** The server's clock, epoch ms: its stamps are compared with our own clock, the least delayed one counts. */
  serverNow(): number {
    return this.#options.now() + (this.#clockOffset ?? 0);
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
    this.#drop();
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

  /** Send a command; the promise is kept by the server's reply, or broken by its error or a lost connection. */
  request<T extends keyof ClientMessages>(type: T, data: ClientMessages[T]): Promise<Frame> {
    if (this.#status !== "ready" && type !== "connection.hello") {
      return Promise.reject(new SocketError("CONNECTION_LOST", "Auralis cannot be reached right now."));
    }
    const id = `c-${++this.#sent}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket?.send(JSON.stringify({ v: 1, id, type, data, timestamp: this.#options.now() }));
    });
  }

  #connect(): void {
    this.#become("connecting");
    const socket = this.#options.open(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => {
      const hello = { clientName: this.#options.clientName, capabilities: ["output" as const] };
      this.request("connection.hello", hello).catch(() => socket.close());
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
    if (frame.type === "connection.ready") {
      this.#ready = frame.data as Ready;
      this.#backoff.reset();
      this.#become("ready");
    }
    const waiting = frame.replyTo === undefined ? undefined : this.#waiting.get(frame.replyTo);
    if (waiting && frame.replyTo !== undefined) {
      this.#waiting.delete(frame.replyTo);
      if (frame.error) waiting.reject(new SocketError(frame.error.code, frame.error.message));
      else waiting.resolve(frame);
    }
    for (const handler of this.#handlers.get(frame.type) ?? []) handler(frame as Frame<never>);
  }

  #keepTime(timestamp: unknown): void {
    if (typeof timestamp !== "number") return;
    const offset = timestamp - this.#options.now();
    this.#clockOffset = this.#clockOffset === null ? offset : Math.max(this.#clockOffset, offset);
  }

  #lost(): void {
    this.#drop();
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #drop(): void {
    this.#socket = null;
    this.#ready = null;
    this.#clockOffset = null;
    for (const { reject } of this.#waiting.values()) {
      reject(new SocketError("CONNECTION_LOST", "The connection was lost before the server answered."));
    }
    this.#waiting.clear();
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
