import { CircleHelp, Monitor, Moon, Sun } from "lucide-react";
import { SearchBox } from "@/features/search/search-box";
import { ActivityChip } from "@/features/status/activity-chip";
import { IconButton } from "@/ui/button";
import type { Theme } from "./state";
import { dispatch, useApp } from "./store";
import { chooseTheme } from "./system";
import styles from "./app.module.css";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon };

export function Header() {
  const theme = useApp((state) => state.theme);
  const Icon = ICONS[theme];
  return (
    <div className={styles.header}>
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
