/** A server at the other end of the socket: keeps what was sent, answers by hand. */

import type { PlayerState, QueueState, Ready } from "@/api/types";
import type { SocketLike } from "@/socket/client";
import { aJob, aScan } from "./factories";

interface Sent {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

export class FakeSocket implements SocketLike {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: Sent[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }

  close(): void {
    this.closed = true;
    this.drop();
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  /** The connection is gone. */
  drop(): void {
    this.readyState = 3;
    this.onclose?.({ code: 1006 });
  }

  push(type: string, data: unknown, more: object = {}): void {
    this.onmessage?.({ data: JSON.stringify({ v: 1, id: "s", type, data, timestamp: Date.now(), ...more }) });
  }

  /** Answer the newest command of `type`. */
  reply(type: string, answer = "ack", data: unknown = {}): void {
    this.push(answer, data, { replyTo: this.last(type)?.id });
  }

  refuse(type: string, code: string, message: string): void {
    this.push("error", undefined, { replyTo: this.last(type)?.id, error: { code, message } });
  }

  last(type: string): Sent | undefined {
    return this.sent.filter((frame) => frame.type === type).at(-1);
  }

  all(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame.type === type).map((frame) => frame.data);
  }

  greet(player: PlayerState, clientId = "me", queue: QueueState = aQueue()): void {
    const ready: Ready = {
      clientId,
      sessionId: clientId,
      serverVersion: "1.0",
      serverTime: Date.now(),
      features: [],
      resumeToken: "token",
      seq: 0,
      snapshot: { player, queue, scan: aScan(), analysis: aJob() },
    };
    this.reply("connection.hello", "connection.ready", ready);
  }
}

export function aPlayerState(given: Partial<PlayerState> = {}): PlayerState {
  return {
    revision: 1,
    isPlaying: false,
    current: null,
    next: null,
    position: { seconds: 0, serverTime: Date.now(), rate: 0 },
    duration: null,
    volume: 1,
    repeat: "off",
    shuffle: false,
    shuffleSeed: 0,
    crossfade: 0,
    sleep: null,
    underruns: 0,
    enhancement: { enabled: true, preset: "adaptive", intensity: 1 },
    outputClientId: null,
    clients: [{ clientId: "me", name: "Chrome on Linux", canOutput: true }],
    quality: "lossless",
    queueRevision: 1,
    ...given,
  };
}

export function aQueue(given: Partial<QueueState> = {}): QueueState {
  return { revision: 1, total: 0, offset: 0, currentIndex: null, entries: [], canUndo: false, canRedo: false, ...given };
}
