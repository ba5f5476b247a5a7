import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket, aPlayerState } from "@/test/socket";
import { Backoff } from "./backoff";
import { SocketClient, socketUrl, type Status } from "./client";

function connect() {
  const sockets: FakeSocket[] = [];
  const client = new SocketClient({
    url: "ws://auralis.test/ws",
    clientName: "Test",
    random: () => 1,
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
  });
  const states: Status[] = [];
  client.onStatus((status) => states.push(status));
  const greet = () => {
    sockets.at(-1)!.open();
    sockets.at(-1)!.greet(aPlayerState());
  };
  return { client, sockets, states, greet, socket: () => sockets.at(-1)! };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the socket client", () => {
  it("says hello as an output first, and is ready when it is greeted", () => {
    const { client, socket, greet, states } = connect();
    client.start();
    client.start();
    greet();
    expect(socket().sent[0]).toMatchObject({ type: "connection.hello", data: { clientName: "Test", capabilities: ["output", "ping"] } });
    expect(client).toMatchObject({ status: "ready", clientId: "me" });
    expect(states).toEqual(["connecting", "ready"]);
  });

  it("keeps each promise by the reply to its own command", async () => {
    const { client, socket, greet } = connect();
    client.start();
    greet();
    const first = client.request("player.pause", {});
    const second = client.request("player.seek", { position: 3 });
    socket().reply("player.seek");
    await expect(second).resolves.toMatchObject({ type: "ack" });
    socket().refuse("player.pause", "VALIDATION_ERROR", "The queue is empty.");
    await expect(first).rejects.toMatchObject({ code: "VALIDATION_ERROR", message: "The queue is empty." });
  });

  it("hands frames to those who listen to their type, until they stop", () => {
    const { client, socket, greet } = connect();
    const heard: number[] = [];
    const end = client.on("library.updated", ({ data }) => heard.push(data.revision));
    client.start();
    greet();
    socket().push("library.updated", { revision: 7 });
    socket().push("track.updated", { trackId: "t1", fingerprint: "full" });
    end();
    socket().push("library.updated", { revision: 8 });
    expect(heard).toEqual([7]);
  });

  it("ignores what is no frame", () => {
    const { client, socket, greet } = connect();
    client.start();
    greet();
    socket().onmessage?.({ data: "{" });
    socket().onmessage?.({ data: new ArrayBuffer(2) });
    expect(client.status).toBe("ready");
  });

  it("comes back after three seconds at first, then ever more slowly, up to half a minute", () => {
    const { client, sockets, socket } = connect();
    client.start();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      socket().drop();
      const before = sockets.length;
      let waited = 0;
      while (sockets.length === before) {
        vi.advanceTimersByTime(500);
        waited += 500;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([3_000, 6_000, 12_000, 24_000, 30_000, 30_000]);
  });

  it("has one connection at a time, and begins the waiting anew after it was greeted", () => {
    const { client, sockets, socket, greet } = connect();
    client.start();
    greet();
    const old = socket();
    old.drop();
    vi.advanceTimersByTime(3_000);
    expect(sockets).toHaveLength(2);
    greet();
    old.onclose?.({ code: 1006 });
    old.push("library.updated", { revision: 1 });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(2);
    socket().drop();
    vi.advanceTimersByTime(3_000);
    expect(sockets).toHaveLength(3);
  });

  it("tries at once when the browser is online again, or when asked to", () => {
    const { client, sockets, socket } = connect();
    client.start();
    socket().drop();
    window.dispatchEvent(new Event("online"));
    expect(sockets).toHaveLength(2);
    client.retry();
    expect(sockets).toHaveLength(2);
    socket().drop();
    client.retry();
    expect(sockets).toHaveLength(3);
  });

  it("sends again what was never answered, under the same id, and refuses what is meant for the moment", async () => {
    const { client, socket, greet } = connect();
    client.start();
    greet();
    const pending = client.request("player.next", {});
    const report = client.request("player.report", { entryId: "e1", position: 1, isPlaying: true, underruns: 0, ended: false });
    const { id } = socket().last("player.next")!;
    socket().drop();
    await expect(report).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await expect(client.request("player.pause", {})).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    const kept = client.request("queue.clear", { keepCurrent: true });
    expect(client.clientId).toBeNull();
    vi.advanceTimersByTime(3_000);
    greet();
    expect(socket().last("player.next")!.id).toBe(id);
    expect(id.length).toBeGreaterThanOrEqual(16);
    socket().reply("player.next");
    socket().reply("queue.clear");
    await expect(pending).resolves.toMatchObject({ type: "ack" });
    await expect(kept).resolves.toMatchObject({ type: "ack" });
    expect(socket().all("player.report")).toEqual([]);
  });

  it("goes on where the connection was lost, and hears nothing twice", () => {
    const { client, socket, greet } = connect();
    const heard: number[] = [];
    client.on("library.updated", ({ data }) => heard.push(data.revision));
    client.start();
    greet();
    socket().push("library.updated", { revision: 1 }, { seq: 1 });
    socket().push("library.updated", { revision: 2 }, { seq: 2 });
    socket().drop();
    vi.advanceTimersByTime(3_000);
    socket().open();
    expect(socket().last("connection.hello")!.data).toMatchObject({ resumeToken: "token", lastSeq: 2 });
    socket().push("library.updated", { revision: 2 }, { seq: 2 });
    socket().push("library.updated", { revision: 3 }, { seq: 3 });
    const resumed = { clientId: "me", sessionId: "me", serverTime: Date.now(), resumeToken: "token", seq: 3, replayed: 1 };
    socket().reply("connection.hello", "connection.resumed", resumed);
    expect(client).toMatchObject({ status: "ready", clientId: "me" });
    expect(heard).toEqual([1, 2, 3]);
  });

  it("answers the server's ping", () => {
    const { client, socket, greet } = connect();
    client.start();
    greet();
    socket().push("connection.ping", { serverTime: 1 });
    expect(socket().last("connection.pong")).toBeDefined();
  });

  it("closes a connection whose greeting is refused", async () => {
    const { client, socket } = connect();
    client.start();
    const first = socket();
    first.open();
    first.refuse("connection.hello", "VALIDATION_ERROR", "no");
    await vi.advanceTimersByTimeAsync(0);
    expect(first.closed).toBe(true);
    expect(client.status).toBe("waiting");
  });

  it("stays away once it was stopped", () => {
    const { client, sockets, greet, socket } = connect();
    client.start();
    greet();
    client.stop();
    expect(socket().closed).toBe(true);
    vi.advanceTimersByTime(60_000);
    window.dispatchEvent(new Event("online"));
    expect(sockets).toHaveLength(1);
    expect(client.status).toBe("closed");
  });

  it("knows the server's clock by the least delayed stamp", () => {
    const { client, socket, greet } = connect();
    client.start();
    greet();
    const now = Date.now();
    for (const late of [400, 20, 900]) socket().push("ack", {}, { timestamp: now + 5_000 - late });
    expect(client.serverNow()).toBeCloseTo(now + 4_980, 0);
  });

  it("follows a server whose clock has stood still, and goes by no clock that can be set", () => {
    const { client, socket, greet } = connect();
    client.start();
    greet();
    const now = Date.now();
    socket().push("ack", {}, { timestamp: now + 60_000 });
    for (let stamp = 0; stamp < 16; stamp += 1) socket().push("ack", {}, { timestamp: now });
    vi.spyOn(Date, "now").mockReturnValue(0);
    expect(client.serverNow()).toBeCloseTo(now, 0);
    vi.restoreAllMocks();
  });
});

describe("the parts of it", () => {
  it("spreads repeated attempts at random, the first excepted", () => {
    const backoff = new Backoff(() => 0);
    expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([3_000, 3_000, 6_000]);
    backoff.reset();
    expect(backoff.next()).toBe(3_000);
  });

  it("finds the socket beside the page", () => {
    expect(socketUrl({ protocol: "http:", host: "localhost:3000" })).toBe("ws://localhost:3000/ws");
    expect(socketUrl({ protocol: "https:", host: "music.home" })).toBe("wss://music.home/ws");
  });
});
