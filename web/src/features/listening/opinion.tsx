import { useQueryClient } from "@tanstack/react-query";
import { Heart as Shape } from "lucide-react";
import { send } from "@/api/http";
import { invalidateLibrary } from "@/api/queries";
import { notify } from "@/app/store";
import { IconButton } from "@/ui/button";
import styles from "./listening.module.css";
import { StarRow } from "./stars";

interface Props {
  kind: "albums" | "artists";
  id: string;
  name: string;
  favorite: boolean;
  rating: number | null;
}

/** What a listener thinks of an album or an artist as a whole. */
export function Opinion({ kind, id, name, favorite, rating }: Props) {
  const client = useQueryClient();
  const tell = async (what: string, body: object) => {
    try {
      await send("PUT", `/${kind}/${encodeURIComponent(id)}/${what}`, body);
    } catch (error) {
      notify("error", (error as Error).message);
    }
    invalidateLibrary(client);
  };
  return (
    <div className={styles.opinion}>
      <StarRow name={name} given={rating} large onRate={(value) => void tell("rating", { rating: value })} />
      <IconButton label={`Favourite: ${name}`} size="small" className={styles.heart} aria-pressed={favorite} onClick={() => void tell("favorite", { favorite: !favorite })}>
        <Shape size={19} fill={favorite ? "currentColor" : "none"} />
      </IconButton>
    </div>
  );
}
