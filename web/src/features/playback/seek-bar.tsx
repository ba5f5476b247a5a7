import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type PointerEvent } from "react";
import { waveform as waveformQuery } from "@/api/queries";
import { conductor, currentPosition } from "@/app/auralis";
import { useApp } from "@/app/store";
import { formatTime, spokenTime } from "@/lib/format";
import { useFrames } from "@/lib/use-frames";
import { drawWaveform } from "./waveform";
import styles from "./seek-bar.module.css";

/** The track's outline to seek in; drawn once, then only its clip moves. */
export function SeekBar({ large = false }: { large?: boolean }) {
  const track = useApp((state) => state.player?.current?.track ?? null);
  const duration = useApp((state) => state.player?.duration ?? state.player?.current?.track.duration ?? 0);
  const enhanced = useApp((state) => state.player?.enhancement.enabled ?? false);
  const moving = useApp((state) => (state.player?.position.rate ?? 0) > 0 || state.core.sounding);
  useApp((state) => state.player?.position); // a seek at rest moves nothing else
  useApp((state) => state.core);
  const { data } = useQuery({
    ...waveformQuery(track?.id ?? ""),
    enabled: track?.fingerprint === "full",
  });
  const outline = track?.fingerprint === "full" ? (data ?? null) : null;
  const slider = useRef<HTMLDivElement>(null);
  const under = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const elapsed = useRef<HTMLSpanElement>(null);
  const held = useRef<number | null>(null);
  useDrawing(slider, [under, over], outline, enhanced);

  const show = () => {
    const element = slider.current;
    if (!element) return;
    const seconds = held.current ?? currentPosition();
    const share = duration > 0 ? Math.min(1, seconds / duration) : 0;
    element.style.setProperty("--played", `${(share * 100).toFixed(3)}%`);
    const text = formatTime(seconds);
    if (elapsed.current && elapsed.current.textContent !== text) {
      elapsed.current.textContent = text;
      element.setAttribute("aria-valuenow", String(Math.floor(seconds)));
      element.setAttribute("aria-valuetext", `${spokenTime(seconds)} of ${spokenTime(duration)}`);
    }
  };
  useFrames(show, moving);

  const secondsAt = (event: PointerEvent) => {
    const box = slider.current!.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * duration;
  };
  const point = (event: PointerEvent) => {
    const box = slider.current!.getBoundingClientRect();
    slider.current!.style.setProperty("--pointed", `${event.clientX - box.left}px`);
    slider.current!.dataset.time = formatTime(secondsAt(event));
    if (held.current !== null) {
      held.current = secondsAt(event);
      show();
    }
  };
  const release = (event: PointerEvent, seek: boolean) => {
    if (held.current === null) return;
    held.current = null;
    if (seek) void conductor.seek(secondsAt(event));
    show();
  };

  return (
    <div className={`${styles.bar} ${large ? styles.large : ""}`} data-enhanced={enhanced || undefined}>
      <span ref={elapsed} className={`${styles.time} numeric`} aria-hidden="true">
        0:00
      </span>
      <div
        ref={slider}
        role="slider"
        tabIndex={track ? 0 : -1}
        aria-label="Seek"
        aria-disabled={!track}
        aria-valuemin={0}
        aria-valuemax={Math.floor(duration)}
        aria-valuenow={0}
        className={styles.slider}
        onPointerDown={(event) => {
          if (!track || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          held.current = secondsAt(event);
          show();
        }}
        onPointerMove={point}
        onPointerUp={(event) => release(event, true)}
        onPointerCancel={(event) => release(event, false)}
        onKeyDown={(event) => {
          if (event.key === "Home") void conductor.seek(0);
          else if (event.key === "End") void conductor.seek(Math.max(0, duration - 5));
          else return;
          event.preventDefault();
        }}
      >
        <canvas ref={under} className={styles.under} />
        <canvas ref={over} className={styles.over} />
      </div>
      <span className={`${styles.time} numeric`} aria-hidden="true">
        {formatTime(duration)}
      </span>
    </div>
  );
}

function useDrawing(
  frame: React.RefObject<HTMLElement | null>,
  canvases: React.RefObject<HTMLCanvasElement | null>[],
  outline: Parameters<typeof drawWaveform>[1],
  enhanced: boolean,
): void {
  const theme = useApp((state) => state.theme);
  const all = useRef(canvases);
  useEffect(() => {
    const draw = () => all.current.forEach(({ current }) => current && drawWaveform(current, outline));
    draw();
    const observer = new ResizeObserver(draw);
    if (frame.current) observer.observe(frame.current);
    const scheme = window.matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    return () => {
      observer.disconnect();
      scheme.removeEventListener("change", draw);
    };
  }, [frame, outline, enhanced, theme]);
}
