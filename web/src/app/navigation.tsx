import { Link, useLocation } from "wouter";
import { BEHIND_MORE, PLACES, TABS, type Place as Target } from "./places";
import styles from "./app.module.css";

export function Navigation({ small }: { small: boolean }) {
  return (
    <nav className={small ? styles.tabs : styles.side} aria-label="Main">
      {!small && (
        <Link href="/" className={styles.brand} aria-label="Auralis, to the library">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M5 19v-4M10.5 23V11M16 27V6M21.5 22V12M27 18v-3" />
          </svg>
          Auralis
        </Link>
      )}
      <ul>
        {(small ? TABS : PLACES).map((place) => (
          <Place key={place.to} {...place} />
        ))}
      </ul>
    </nav>
  );
}

function Place({ to, label, icon: Icon }: Target) {
  const [pathname] = useLocation();
  const isAt = (place: string) => pathname === place || (place !== "/" && pathname.startsWith(`${place}/`));
  const here = isAt(to) || (to === "/more" && BEHIND_MORE.some((place) => isAt(place.to)));
  return (
    <li>
      <Link href={to} aria-current={here ? "page" : undefined}>
        <Icon size={20} aria-hidden="true" />
        {label}
      </Link>
    </li>
  );
}
