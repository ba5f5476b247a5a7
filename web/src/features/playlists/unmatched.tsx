import type { ImportReport } from "@/api/types";
import { plural } from "@/lib/format";
import { Dialog } from "@/ui/dialog";
import styles from "./playlists.module.css";

/** The lines of a file for which the library has no track, and why. */
export function Unmatched({ report, onClose }: { report: ImportReport; onClose: () => void }) {
  return (
    <Dialog title={`${plural(report.unmatchedCount, "line")} without a track`} onClose={onClose}>
      <ul className={styles.unmatched}>
        {report.unmatched.map((line) => (
          <li key={line.line}>
            <strong>{line.title ?? line.text}</strong>
            <small>
              Line {line.line}: {line.reason}
            </small>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
