/** Whether single keys do anything: some type by voice, and would press them all. */

const KEY = "auralis.keys";

export function singleKeysAreOn(): boolean {
  return localStorage.getItem(KEY) !== "off";
}

export function chooseSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, "off");
}
