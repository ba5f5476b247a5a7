import type { ReactNode } from "react";
import { usePageTitle } from "@/lib/page-title";
import styles from "./page-head.module.css";

/** A view's name, a line on what it holds, and what can be done with all of it. */
export function PageHead({ title, sub, children }: { title: string; sub?: ReactNode; children?: ReactNode }) {
  usePageTitle(title);
  return (
    <header className={styles.head}>
      <div>
        <h1>{title}</h1>
        {sub && <p className={styles.sub}>{sub}</p>}
      </div>
      {children && <div className={styles.tools}>{children}</div>}
    </header>
  );
}
