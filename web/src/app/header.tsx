import { CircleHelp, Monitor, Moon, Sun } from "lucide-react";
import { useCallback, useSyncExternalStore } from "react";
import { SearchBox } from "@/features/search/search-box";
import { ActivityChip } from "@/features/status/activity-chip";
import { useScrollArea } from "@/lib/scroll-area";
import { IconButton } from "@/ui/button";
import type { Theme } from "./state";
import { dispatch, useApp } from "./store";
import { chooseTheme } from "./system";
import styles from "./app.module.css";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon };

/** Whether anything lies under the header, so that it needs a ground of its own. */
function useScrolled(): boolean {
  const area = useScrollArea();
  return useSyncExternalStore(
    useCallback(
      (changed) => {
        area?.addEventListener("scroll", changed, { passive: true });
        return () => area?.removeEventListener("scroll", changed);
      },
      [area],
    ),
    () => (area?.scrollTop ?? 0) > 4,
  );
}

export function Header() {
  const theme = useApp((state) => state.theme);
  const Icon = ICONS[theme];
  const scrolled = useScrolled();
  return (
    <div className={styles.header} data-scrolled={scrolled || undefined}>
      <SearchBox />
      <div className={styles.headerTools}>
        <ActivityChip />
        <IconButton label={`Theme: ${theme}`} onClick={() => chooseTheme(NEXT[theme])}>
          <Icon size={18} />
        </IconButton>
        <IconButton label="Keys" shortcut="?" className={styles.helpButton} onClick={() => dispatch({ type: "help", open: true })}>
          <CircleHelp size={18} />
        </IconButton>
      </div>
    </div>
  );
}
