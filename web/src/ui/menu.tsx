import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { createPortal } from "react-dom";
import styles from "./menu.module.css";

const WIDTH = 244;
const ITEM_HEIGHT = 44;
const EDGE = 12;

export interface MenuItem {
  label: string;
  icon: ReactNode;
  run: () => void;
  disabled?: boolean;
}

/** Where a menu opens, in the window's pixels. */
export interface Anchor {
  x: number;
  y: number;
}

/** Below a button, towards the left: a menu of its own opens there. */
export function anchorBelow(button: Element): Anchor {
  const { right, bottom } = button.getBoundingClientRect();
  return { x: right - WIDTH, y: bottom + 4 };
}

interface Props {
  label: string;
  anchor: Anchor;
  items: MenuItem[];
  onClose: () => void;
  children?: ReactNode;
}

/** What can be done with something: the arrows walk it, Escape, Tab or a click elsewhere closes it. */
export function Menu({ label, anchor, items, onClose, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>("[role=menuitem]:not(:disabled)")?.focus({ preventScroll: true });
    const away = (event: Event) => !box.current?.contains(event.target as Node) && onClose();
    document.addEventListener("pointerdown", away);
    window.addEventListener("blur", onClose);
    window.addEventListener("resize", onClose);
    return () => {
      document.removeEventListener("pointerdown", away);
      window.removeEventListener("blur", onClose);
      window.removeEventListener("resize", onClose);
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [onClose]);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      return onClose();
    }
    const entries = [...box.current!.querySelectorAll<HTMLElement>("[role=menuitem]:not(:disabled)")];
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    entries.at(target % entries.length)?.focus();
  };

  const height = items.length * ITEM_HEIGHT + (children ? 56 : 0) + 12;
  const left = Math.max(EDGE, Math.min(anchor.x, window.innerWidth - WIDTH - EDGE));
  const top = Math.max(EDGE, Math.min(anchor.y, window.innerHeight - height - EDGE));
  return createPortal(
    <div ref={box} className={styles.menu} style={{ left, top, width: WIDTH }} onKeyDown={onKeyDown} onContextMenu={(event) => event.preventDefault()}>
      {children && <div className={styles.top}>{children}</div>}
      <div role="menu" aria-label={label}>
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            disabled={item.disabled}
            onClick={() => {
              onClose();
              item.run();
            }}
          >
            {item.icon}
            {item.label}
          </button>
        ))}
      </div>
    </div>,
    document.body,
  );
}
