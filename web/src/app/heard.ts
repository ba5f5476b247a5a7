/** What the key for A and B does: while sounds are compared, the comparison says so; elsewhere nothing does. */

const offered: (() => void)[] = [];

/** Let the key change over between what is compared, the newest offer first; returns how to end that. */
export function offerToggle(change: () => void): () => void {
  offered.push(change);
  return () => void offered.splice(offered.lastIndexOf(change), 1);
}

/** Change over to the other sound; false where nothing is compared. */
export function toggleHeard(): boolean {
  const change = offered.at(-1);
  change?.();
  return change !== undefined;
}
