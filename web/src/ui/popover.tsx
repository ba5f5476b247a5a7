import { useEffect, useRef, useState, type ReactNode } from "react";
import { IconButton } from "./button";
import styles from "./popover.module.css";

interface Props {
  label: string;
  icon: ReactNode;
  /** Something of what is inside is on: the button says so. */
  active?: boolean;
  /** Where there is room: above the button, as in a bar at the bottom, or below it. */
  side?: "above" | "below";
  children: (close: () => void) => ReactNode;
}

/** A button and what it opens beside itself; Escape, or a click elsewhere, closes it. */
export function Popover({ label, icon, active = false, side = "above", children }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      setOpen(false);
      button.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("keydown", escape, true);
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("keydown", escape, true);
    };
  }, [open]);
  return (
    <div ref={box} className={styles.popover}>
      <span ref={button} className={styles.button} data-active={active || undefined}>
        <IconButton label={label} aria-expanded={open} aria-haspopup="dialog" onClick={() => setOpen(!open)}>
          {icon}
        </IconButton>
      </span>
      {open && (
        <div role="dialog" aria-label={label} className={styles.box} data-side={side}>
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}
