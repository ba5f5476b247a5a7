import { useQueries, type UseQueryOptions } from "@tanstack/react-query";
import { useState } from "react";
import type { Page } from "@/api/queries";

interface Paged<T> {
  /** Null until the first page is there. */
  total: number | null;
  at: (index: number) => T | undefined;
  error: Error | null;
  retry: () => void;
  /** Say which rows are on screen: their pages are fetched, and no others. */
  show: (first: number, last: number) => void;
}

/** A long list by pages: only those on screen are held, whatever the list's length; `list` tells it from others. */
export function usePaged<T>(pageSize: number, page: (offset: number, limit: number) => object, list = ""): Paged<T> {
  const [[first, last], setPages] = useState<[number, number]>([0, 0]);
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const results = useQueries({
    queries: numbers.map((number) => page(number * pageSize, pageSize) as UseQueryOptions<Page<T>, Error>),
  });
  const total = results.find((result) => result.data)?.data?.total ?? null;
  const [known, setKnown] = useState<number | null>(null);
  if (total !== null && total !== known) setKnown(total);
  // Another list has a length of its own: what is on screen of the one before says nothing of it.
  const [shown, setShown] = useState(list);
  if (shown !== list) {
    setShown(list);
    setPages([0, 0]);
  }

  return {
    total: total ?? known,
    at: (index) => results[Math.floor(index / pageSize) - first]?.data?.items[index % pageSize],
    error: results.find((result) => result.error)?.error ?? null,
    retry: () => results.forEach((result) => void result.refetch()),
    show: (from, to) => {
      const lastPage = known === null ? 0 : Math.max(0, Math.ceil(known / pageSize) - 1);
      const next: [number, number] = [Math.floor(from / pageSize), Math.min(lastPage, Math.floor(to / pageSize))];
      if (next[1] < next[0]) return;
      if (next[0] !== first || next[1] !== last) setPages(next);
    },
  };
}
