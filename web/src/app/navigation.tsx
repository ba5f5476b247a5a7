import { Activity, Disc3, Library, Mic2, Search } from "lucide-react";
import { Link, useLocation } from "wouter";
import styles from "./app.module.css";

const PLACES = [
  { to: "/", label: "Library", icon: Library },
  { to: "/albums", label: "Albums", icon: Disc3 },
  { to: "/artists", label: "Artists", icon: Mic2 },
];

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
        {PLACES.map((place) => (
          <Place key={place.to} {...place} />
        ))}
        {small && <Place to="/search" label="Search" icon={Search} />}
        <Place to="/status" label="Status" icon={Activity} />
      </ul>
    </nav>
  );
}

function Place({ to, label, icon: Icon }: { to: string; label: string; icon: typeof Library }) {
  const [pathname] = useLocation();
  const here = pathname === to || (to !== "/" && pathname.startsWith(`${to}/`));
  return (
    <li>
      <Link href={to} aria-current={here ? "page" : undefined}>
        <Icon size={20} aria-hidden="true" />
        {label}
      </Link>
    </li>
  );
}
