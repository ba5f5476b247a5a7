import { Volume2 } from "lucide-react";
import { core } from "@/app/auralis";
import { useApp } from "@/app/store";
import { Button } from "@/ui/button";
import styles from "./connection.module.css";

/** Browsers let a page sound only after a click in it; another device may have pressed play. */
export function Unlock() {
  const blocked = useApp((state) => state.core.blocked);
  if (!blocked) return null;
  return (
    <div className={styles.banner} role="alert">
      <Volume2 size={18} aria-hidden="true" />
      <p>Your browser waits for a click before this page may sound.</p>
      <Button tone="solid" onClick={() => core.unlock()}>
        Play here
      </Button>
    </div>
  );
}
