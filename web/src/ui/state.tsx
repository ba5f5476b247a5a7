import type { ReactNode } from "react";
import { Button } from "./button";
import styles from "./state.module.css";

interface Props {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Whether it is all that there is to see, instead of a part of a view. */
  page?: boolean;
}

/** What stands where a list would: nothing there yet, or nothing found. */
export function Empty({ icon, title, children, action, page = false }: Props) {
  const Heading = page ? "h1" : "h2";
  return (
    <div className={styles.state}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <Heading>{title}</Heading>
      {children && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

interface FailureProps {
  error: Error;
  onRetry?: () => void;
  page?: boolean;
}

/** Something could not be had: why, and a way to try again. */
export function Failure({ error, onRetry, page = false }: FailureProps) {
  const Heading = page ? "h1" : "h2";
  return (
    <div className={`${styles.state} ${page ? "" : styles.part}`} role="alert">
      <Heading>This could not be loaded</Heading>
      <p className={styles.text}>{error.message}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

export function Loading({ label = "Loading", page = false }: { label?: string; page?: boolean }) {
  return (
    <div className={styles.loading} role="status" aria-label={label}>
      {page && <h1 className="visually-hidden">{label}</h1>}
      <i />
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}
