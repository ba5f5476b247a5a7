/** Numbers as people read them; one place, so that the same thing looks the same everywhere. */

const count = new Intl.NumberFormat("en");
const MINUS = "\u2212";
const SPACE = "\u00a0";

/** `4:07`, `1:02:09`. */
export function formatTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** `42 sec`, `38 min`, `7 h 12 min`. */
export function formatLength(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} sec`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 || hours >= 100 ? `${count.format(hours)} h` : `${hours} h ${minutes % 60} min`;
}

/** The time in words, for those who hear the page: `4 minutes 7 seconds`. */
export function spokenTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = `${whole % 60} second${whole % 60 === 1 ? "" : "s"}`;
  return minutes > 0 ? `${minutes} minute${minutes === 1 ? "" : "s"} ${rest}` : rest;
}

export function formatCount(value: number): string {
  return count.format(value);
}

/** `1 album`, `1,204 tracks`. */
export function plural(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** With a true minus sign and, where asked for, a plus. */
export function formatNumber(value: number, digits = 1, signed = false): string {
  const text = Math.abs(value).toFixed(digits);
  const isZero = Number(text) === 0;
  if (value < 0 && !isZero) return MINUS + text;
  return signed && !isZero ? `+${text}` : text;
}

/** `low_mid` as `Low mid`. */
export function wordsOf(name: string): string {
  const words = name.replace(/_+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function formatUnit(value: number | null | undefined, unit: string, digits = 1, signed = false): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (unit === "share" || unit === "%") return `${formatNumber(value * 100, digits, signed)}${SPACE}%`;
  if (unit === "" || unit === "ratio") return formatNumber(value, 2, signed);
  return `${formatNumber(value, digits, signed)}${SPACE}${unit}`;
}

/** `44.1 kHz`. */
export function formatRate(hertz: number): string {
  return `${Number((hertz / 1000).toFixed(3))}${SPACE}kHz`;
}

/** `200 Hz`, `12.6 kHz`. */
export function formatHertz(hertz: number): string {
  return hertz < 1000 ? `${Math.round(hertz)}${SPACE}Hz` : `${Number((hertz / 1000).toFixed(1))}${SPACE}kHz`;
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 && unit > 0 ? 1 : 0)}${SPACE}${units[unit]}`;
}

const day = new Intl.DateTimeFormat("en", { year: "numeric", month: "short", day: "numeric" });

export function formatDate(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? "–" : day.format(date);
}

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** `Today 14:05`, `Yesterday 09:30`, else the day. */
export function formatWhen(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "–";
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const yesterday = new Date(midnight);
  yesterday.setDate(yesterday.getDate() - 1);
  if (date >= midnight) return `Today ${clock.format(date)}`;
  return date >= yesterday ? `Yesterday ${clock.format(date)}` : day.format(date);
}
