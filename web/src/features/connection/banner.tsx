import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { socket } from "@/app/auralis";
import { useApp } from "@/app/store";
import { Button } from "@/ui/button";
import styles from "./connection.module.css";

/** A short drop is nobody's business; only a longer one is told. */
const PATIENCE_MS = 1_200;

/** Kept calm: the server cannot be reached, what is loaded plays on, and it is being tried again. */
export function ConnectionBanner() {
  const [connection, sounding] = useApp(useShallow((state) => [state.connection, state.core.sounding]));
  const away = connection === "waiting" || connection === "connecting";
  const [told, setTold] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setTold(away), away ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [away]);
  if (!away || !told) return null;
  return (
    <div className={styles.banner} role="status">
      <CloudOff size={18} aria-hidden="true" />
      <p>
        <strong>Auralis can’t be reached.</strong>{" "}
        {sounding ? "What has been loaded plays on while it is tried again." : "It is tried again in a moment."}
      </p>
      <Button onClick={socket.retry}>Try now</Button>
    </div>
  );
}
