import { Search, X } from "lucide-react";
import { useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { IconButton } from "@/ui/button";
import styles from "./search.module.css";

export const SEARCH_ID = "search-box";

/** The search field of the header: typing goes to the results, Escape back to where one was. */
export function SearchBox() {
  const [pathname, navigate] = useLocation();
  const query = useSearch();
  const before = useRef("/");
  const field = useRef<HTMLInputElement>(null);
  const searching = pathname === "/search";
  const given = searching ? (new URLSearchParams(query).get("q") ?? "") : "";
  const [text, setText] = useState(given);
  const [seen, setSeen] = useState(given);
  if (given !== seen) {
    setSeen(given);
    setText(given);
  }

  const type = (value: string) => {
    setText(value);
    setSeen(value);
    if (!searching) before.current = query ? `${pathname}?${query}` : pathname;
    const next = new URLSearchParams(searching ? query : "");
    next.set("q", value);
    navigate(`/search?${next}`, { replace: searching });
  };
  const leave = () => {
    setText("");
    if (searching) navigate(before.current);
  };

  return (
    <div role="search" className={styles.box}>
      <Search size={17} aria-hidden="true" />
      <input
        ref={field}
        id={SEARCH_ID}
        type="search"
        placeholder="Search"
        aria-label="Search your music"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            leave();
            field.current?.blur();
          }
        }}
      />
      {text ? (
        <IconButton label="Clear the search" size="small" onClick={leave}>
          <X size={16} />
        </IconButton>
      ) : (
        <kbd aria-hidden="true">/</kbd>
      )}
    </div>
  );
}
