import { X } from "lucide-react";
import { dispatch, useApp } from "@/app/store";
import { IconButton } from "@/ui/button";
import styles from "./connection.module.css";

/** What happened that one should know of; read out by screen readers, gone after a while. */
export function Notices() {
  const notices = useApp((state) => state.notices);
  return (
    <div className={styles.notices} role="status" aria-live="polite">
      {notices.map(({ id, level, message, undo, action }) => (
        <div key={id} className={styles.notice} data-level={level}>
          <p>{message}</p>
          {undo && (
            <button
              type="button"
              className={styles.undo}
              onClick={() => {
                dispatch({ type: "dismiss", id });
                undo();
              }}
            >
              {action ?? "Undo"}
            </button>
          )}
          <IconButton label="Dismiss" size="small" onClick={() => dispatch({ type: "dismiss", id })}>
            <X size={16} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
