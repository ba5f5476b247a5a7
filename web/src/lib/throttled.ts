/** A function that works at once, then at most once an interval, never losing the last call. */
export function throttled(work: () => void, intervalMs: number): () => void {
  let resting = false;
  let asked = false;
  const call = () => {
    if (resting) {
      asked = true;
      return;
    }
    resting = true;
    work();
    setTimeout(() => {
      resting = false;
      if (asked) {
        asked = false;
        call();
      }
    }, intervalMs);
  };
  return call;
}
