/** What this tab calls itself on other devices: browser and system, as far as the user agent tells. */

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/(Chrome|Chromium|CriOS)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "Mac"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

export function clientName(userAgent: string): string {
  const find = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find(BROWSERS) ?? "Browser";
  const system = find(SYSTEMS);
  return system ? `${browser} on ${system}` : browser;
}

const KEY = "auralis.device";
export const LONGEST_NAME = 60;

/** The name that this device was given here, else what the browser tells. */
export function ownName(): string {
  return localStorage.getItem(KEY) ?? clientName(navigator.userAgent);
}

/** Keep a name for this device; an empty one gives it its first name back. */
export function keepName(name: string): string {
  const wanted = name.trim().slice(0, LONGEST_NAME);
  if (wanted) localStorage.setItem(KEY, wanted);
  else localStorage.removeItem(KEY);
  return ownName();
}
