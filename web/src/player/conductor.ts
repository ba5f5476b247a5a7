/**
 * Keeps the player core and the server's player state together: follows the state where this tab is the output,
 * reports what really sounds, and turns a listener's wishes into commands.
 */

import type { ClientMessages, Enhancement, PlayBody, PlayContext, PlayerState, Quality, QueueItem, Track } from "@/api/types";
import { Coalesced } from "@/lib/coalesced";
import { Patience } from "@/lib/patience";
import type { Frame, SocketClient, Status } from "@/socket/client";
import type { PlayerCore } from "./core";
import type { CoreEvent } from "./core-state";
import type { Entry } from "./session";

/** A state this young has been on its way: its time did not pass for the sound. */
const FRESH_SECONDS = 0.5;
/** The server's clock starts with the command: so short a time into a track, nothing has been heard of it yet. */
const UNHEARD_SECONDS = 0.1;
const USUAL_RATE = 44_100;
const REPORT_EVERY_MS = 5_000;
/** A state that places the playhead further away than this means a seek; less is the clocks' difference. */
const SEEK_SECONDS = 1.0;
/** How long a state that contradicts a join just reported may be an old one. */
const JOIN_GRACE_MS = 600;
const SKIP_AFTER_MS = 1_500;
const FAILURES_IN_A_ROW = 3;
const COALESCE_MS = 100;
/** While the first sound is on its way the page is not drawn anew; but whoever pressed play sees so this soon. */
const UNDRAWN_MS = 150;
/** Who takes the sound over waits no longer than this for what is to be heard first. */
const LONGEST_PREPARATION_MS = 1_000;

export type Notify = (level: "info" | "warning" | "error", message: string) => void;

export class Conductor {
  #state: PlayerState | null = null;
  #joinedFrom: string | null = null;
  #reclaiming = false;
  #failures = 0;
  #reportTimer: ReturnType<typeof setInterval> | undefined;
  /** The choice of sound made here that the server has not confirmed yet. */
  #wanted: Enhancement | null = null;
  /** Play or pause as last asked for here, until the server's state says it. */
  #asked: { playing: boolean; underway: boolean } | null = null;
  /** An entry that could not be played; it is tried again when play is pressed after a pause. */
  #spoiled: { entryId: string; paused: boolean } | null = null;
  readonly #sliders = { volume: new Coalesced(COALESCE_MS), enhancement: new Coalesced(COALESCE_MS), crossfade: new Coalesced(COALESCE_MS) };

  constructor(
    private readonly socket: SocketClient,
    private readonly core: PlayerCore,
    private readonly notify: Notify,
    private readonly patience = new Patience(),
  ) {}

  /** Whether this tab is the one that sounds. */
  get isOutput(): boolean {
    return this.socket.clientId !== null && this.#state?.outputClientId === this.socket.clientId;
  }

  start(): () => void {
    const ends = [
      this.socket.on("connection.ready", (frame) => void this.#greeted(frame.data.snapshot.player)),
      this.socket.on("connection.resumed", () => this.#state && void this.#greeted(this.#state)),
      this.socket.on("player.state", (frame) => this.#receive(frame)),
      this.socket.on("track.updated", ({ data }) => data.fingerprint && this.core.refresh(data.trackId)),
      this.socket.on("settings.changed", (frame) => this.#set(frame.data.changes)),
      this.socket.on("settings.reset", (frame) => this.#set(frame.data.changes)),
      this.socket.onStatus((status) => this.#connection(status)),
      this.core.on((event) => this.#happened(event)),
    ];
    this.#reportTimer = setInterval(() => this.core.snapshot.sounding && this.#report(), REPORT_EVERY_MS);
    return () => {
      clearInterval(this.#reportTimer);
      for (const end of ends) end();
    };
  }

  /** Play something; the way to its sound is prepared while the server is told. */
  async playTrack(track: Track, body: PlayBody): Promise<void> {
    this.core.unlock();
    const told = this.#command("player.play", body);
    this.#prepare(track, body.startAt ?? 0);
    await told;
  }

  /** Somebody has touched the page: what sound needs is opened before play is pressed. */
  stir(): void {
    if (this.#state && !this.#soundsElsewhere) this.core.stir(this.#state.current?.track.sampleRate ?? USUAL_RATE);
  }

  async toggle(): Promise<void> {
    const { playing, blocked } = this.core.snapshot;
    const isPlaying = this.socket.status === "ready" ? (this.#asked?.playing ?? this.#state?.isPlaying) : playing;
    if (isPlaying && !blocked) await this.pause();
    else await this.resume();
  }

  async resume(): Promise<void> {
    this.core.unlock();
    if (this.socket.status !== "ready") return this.core.play();
    if (this.core.snapshot.blocked) return;
    const asked = this.#ask(true);
    if (this.#state?.current && !this.isOutput) this.#prepare(this.#state.current.track, this.#state.position.seconds);
    await asked;
  }

  async pause(): Promise<void> {
    this.core.pause();
    if (this.socket.status === "ready") await this.#ask(false);
  }

  /** Play a whole context from its start. */
  async playContext(context: PlayContext): Promise<void> {
    this.core.unlock();
    await this.#command("player.play", { context });
  }

  async next(): Promise<void> {
    this.core.unlock();
    await this.#command("player.next", {});
  }

  async previous(): Promise<void> {
    this.core.unlock();
    await this.#command("player.previous", {});
  }

  async seek(seconds: number): Promise<void> {
    const position = Math.max(0, seconds);
    if (this.isOutput || this.socket.status !== "ready") void this.core.seek(position);
    if (this.socket.status === "ready") await this.#command("player.seek", { position });
  }

  /** Go to an entry of the queue. */
  async jump(item: QueueItem): Promise<void> {
    await this.playTrack(item.track, { entryId: item.entryId });
  }

  setVolume(volume: number): void {
    if (this.isOutput) this.core.setVolume(volume);
    this.#slide("volume", () => this.#command("player.volume", { volume }));
  }

  setEnhancement(change: Partial<Enhancement>): void {
    const wanted = { ...(this.#wanted ?? this.#state?.enhancement), ...change };
    this.#wanted = wanted as Enhancement;
    if (this.isOutput) void this.core.setEnhancement(this.#wanted);
    this.#slide("enhancement", () => this.#command("player.enhancement", wanted));
  }

  /** Let this tab be the one that sounds; what will be heard first is fetched while the other one still sounds. */
  async playHere(): Promise<void> {
    this.core.unlock();
    const { current, isPlaying, enhancement } = this.#state ?? {};
    if (current && isPlaying && enhancement && !this.isOutput) {
      const prepared = this.core.prepare(current.track, enhancement, this.#positionIn(this.#state!));
      await Promise.race([prepared, new Promise((resolve) => setTimeout(resolve, LONGEST_PREPARATION_MS))]);
    }
    if (this.socket.clientId) await this.#command("player.output", { clientId: this.socket.clientId });
  }

  async #ask(playing: boolean): Promise<void> {
    const asked = { playing, underway: true };
    this.#asked = asked;
    if (!(await this.#command(playing ? "player.play" : "player.pause", {})) && this.#asked === asked) this.#asked = null;
    asked.underway = false;
  }

  /** Let another client sound; here the sound ends at once, so that the two are never heard together. */
  async handOver(clientId: string): Promise<void> {
    if (clientId === this.socket.clientId) return this.playHere();
    if (this.isOutput) this.core.pause();
    await this.#command("player.output", { clientId });
  }

  async setRepeat(mode: PlayerState["repeat"]): Promise<void> {
    await this.#command("player.repeat", { mode });
  }

  async setShuffle(enabled: boolean): Promise<void> {
    await this.#command("player.shuffle", { enabled });
  }

  setCrossfade(seconds: number): void {
    this.#slide("crossfade", () => this.#command("player.crossfade", { seconds }));
  }

  /** Pause after a while or at an end; nothing: not any more. */
  async sleep(when: ClientMessages["player.sleep"]): Promise<void> {
    await this.#command("player.sleep", when);
  }

  get #soundsElsewhere(): boolean {
    return Boolean(this.#state?.outputClientId) && !this.isOutput;
  }

  #prepare(track: Track, seconds: number): void {
    if (!this.#state || this.#soundsElsewhere) return;
    this.patience.begin(UNDRAWN_MS);
    void this.core.prepare(track, this.#state.enhancement, seconds);
  }

  async #command<T extends keyof ClientMessages>(type: T, data: ClientMessages[T]): Promise<boolean> {
    try {
      await this.socket.request(type, data);
      return true;
    } catch (error) {
      this.notify("error", (error as Error).message);
      return false;
    }
  }

  /** Send a slider's first move at once, then at most ten a second; until the last is acknowledged it counts here. */
  #slide(name: "volume" | "enhancement" | "crossfade", send: () => Promise<unknown>): void {
    const slider = this.#sliders[name];
    slider.send(async () => {
      slider.underway += 1;
      await send();
      slider.underway -= 1;
    });
  }

  #connection(status: Status): void {
    this.#asked = null;
    if (status === "closed") this.core.stop();
    if (status === "waiting") this.#joinedFrom = null;
  }

  /** After a lost connection: sound that went on here is claimed again, unless another client has taken over. */
  async #greeted(state: PlayerState): Promise<void> {
    this.#state = state;
    const { entryId, playing } = this.core.snapshot;
    const { clientId } = this.socket;
    // A track that was joined while the server could not be told of it is told of now, not taken back.
    if (this.isOutput && entryId !== null && playing && entryId === state.next?.entryId) return this.#report();
    if (entryId === null || !playing || state.outputClientId !== null || clientId === null) return this.#follow(state);
    this.#reclaiming = true;
    try {
      await this.socket.request("player.output", { clientId });
      await this.socket.request("player.play", { entryId, startAt: this.core.position });
    } catch {
      // The entry is gone, or so is the server again: what it says next is followed.
    } finally {
      this.#reclaiming = false;
    }
    if (this.#state) this.#follow(this.#state);
  }

  #receive(frame: Frame<"player.state">): void {
    this.#state = frame.data;
    if (this.#asked?.playing === frame.data.isPlaying || !this.#asked?.underway) this.#asked = null;
    // What is sent again of a time past is not acted upon: only where it ends is how things stand.
    if (!this.#reclaiming && this.socket.status === "ready") this.#follow(frame.data);
  }

  /** Do what the state says, as far as it is not so already. */
  #follow(state: PlayerState): void {
    const { core } = this;
    core.setQuality(state.quality);
    if (!this.isOutput) {
      if (core.snapshot.phase !== "idle") core.stop();
      return;
    }
    if (!this.#sliders.volume.busy) core.setVolume(state.volume);
    if (!this.#sliders.enhancement.busy) this.#wanted = null;
    void core.setEnhancement(this.#wanted ?? state.enhancement);
    if (!this.#sliders.crossfade.busy) core.setCrossfade(state.crossfade);
    if (!state.current) return core.stop();
    if (state.current.entryId !== core.snapshot.entryId) {
      if (state.current.entryId === this.#joinedFrom || this.#isSpoiled(state)) return;
      void core.load(entryOf(state.current), this.#positionIn(state), state.isPlaying);
    } else {
      this.#adjust(state);
    }
    core.setNext(state.next ? entryOf(state.next) : null);
  }

  #adjust(state: PlayerState): void {
    const { core } = this;
    if (!state.isPlaying && core.snapshot.playing) core.pause();
    const position = this.#positionIn(state);
    if (Math.abs(position - core.position) > SEEK_SECONDS) void core.seek(position);
    if (state.isPlaying && !core.snapshot.playing) core.play();
  }

  #set(changes: readonly { name: string; value?: unknown }[]): void {
    const quality = changes.find(({ name }) => name === "sound.quality")?.value as Quality | undefined;
    if (quality) {
      if (this.#state) this.#state = { ...this.#state, quality };
      this.core.setQuality(quality);
    }
    if (changes.some(({ name }) => name === "sound.loudness")) this.core.refresh();
  }

  #isSpoiled({ current, isPlaying }: PlayerState): boolean {
    if (this.#spoiled === null || current?.entryId !== this.#spoiled.entryId) return false;
    if (isPlaying && this.#spoiled.paused) this.#spoiled = null;
    else if (!isPlaying) this.#spoiled.paused = true;
    return this.#spoiled !== null;
  }

  /** Where the state places the playhead. One that has just arrived is taken by its word: no first note is skipped. */
  #positionIn(state: PlayerState): number {
    const { seconds, serverTime, rate } = state.position;
    const elapsed = Math.max(0, this.socket.serverNow() - serverTime) / 1000;
    const position = elapsed < FRESH_SECONDS ? seconds : seconds + rate * elapsed;
    return position < UNHEARD_SECONDS ? 0 : Math.min(state.duration ?? Infinity, position);
  }

  #happened(event: CoreEvent): void {
    if (event.type === "failed" || this.core.snapshot.sounding) this.patience.end();
    switch (event.type) {
      case "joined":
        return void this.#joined(event.previousId);
      case "moved":
        if (this.core.snapshot.sounding) this.#failures = 0;
        return void this.#report();
      case "ended":
        return void this.#ended(event.entryId);
      case "failed":
        return this.#failed(event.entryId, event.error);
      case "unchanged":
        return this.notify("warning", `The sound could not be changed. ${event.error.message}`);
    }
  }

  async #joined(previousId: string): Promise<void> {
    this.#joinedFrom = previousId;
    await this.#report();
    setTimeout(() => {
      if (this.#joinedFrom !== previousId) return;
      this.#joinedFrom = null;
      if (this.#state) this.#follow(this.#state);
    }, JOIN_GRACE_MS);
  }

  /** What follows the end, where nothing was laid behind it, is the server's to say: it knows what is repeated. */
  async #ended(entryId: string): Promise<void> {
    if (!this.isOutput || !this.#state || this.socket.status !== "ready") return;
    const { revision, duration } = this.#state;
    const { underruns } = this.core.snapshot;
    await this.#command("player.report", { entryId, position: duration ?? 0, isPlaying: false, underruns, revision, ended: true });
  }

  async #report(): Promise<void> {
    const { entryId, sounding, underruns } = this.core.snapshot;
    if (entryId === null || !this.isOutput || !this.#state || this.socket.status !== "ready") return;
    const { revision } = this.#state;
    const report = { entryId, position: this.core.position, isPlaying: sounding, underruns, revision, ended: false };
    await this.socket.request("player.report", report).catch(() => undefined);
  }

  /** Say what went wrong and go on to the next track, but not for ever. */
  #failed(entryId: string, error: Error): void {
    const current = this.#state?.current;
    const title = current?.entryId === entryId ? `“${current.track.title}”` : "This track";
    this.#spoiled = { entryId, paused: false };
    this.#failures += 1;
    const last = this.#failures >= FAILURES_IN_A_ROW || !this.#state?.next;
    this.notify("error", `${title} cannot be played. ${error.message}${last ? "" : " Going on to the next one."}`);
    if (last) {
      this.#failures = 0;
      void this.#command("player.pause", {});
      return;
    }
    setTimeout(() => {
      if (this.isOutput && this.#state?.current?.entryId === entryId) void this.#command("player.next", {});
    }, SKIP_AFTER_MS);
  }
}

function entryOf({ entryId, track }: QueueItem): Entry {
  const { id: trackId, sampleRate, albumId, discNumber, trackNumber } = track;
  const place = albumId ? { albumId, disc: discNumber ?? 1, number: trackNumber } : null;
  return { entryId, trackId, sampleRate, place };
}
