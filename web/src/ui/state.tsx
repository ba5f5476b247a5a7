import type { ReactNode } from "react";
import { Button } from "./button";
import styles from "./state.module.css";

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What stands where a list would: nothing there yet, or nothing found. */
export function Empty({ icon, title, children, action }: Props) {
  return (
    <div className={styles.state}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <h2>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

/** Something could not be had: why, and a way to try again. */
export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  return (
    <div className={styles.state} role="alert">
      <h2>This could not be loaded</h2>
      <p className={styles.text}>{error.message}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

export function Loading({ label = "Loading" }: { label?: string }) {
  return (
    <div className={styles.loading} role="status" aria-label={label}>
      <i />
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}
