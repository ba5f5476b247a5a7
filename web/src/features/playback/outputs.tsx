import { Check, MonitorSpeaker } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { conductor, core, socket } from "@/app/auralis";
import { otherOutput } from "@/app/state";
import { notify, useApp } from "@/app/store";
import { IconButton } from "@/ui/button";
import styles from "./outputs.module.css";

/** Which device sounds, where there is a choice. */
export function Outputs() {
  const clients = useApp(useShallow((state) => state.player?.clients.filter((client) => client.canOutput) ?? []));
  const [own, output] = useApp(useShallow((state) => [state.clientId, state.player?.outputClientId ?? null]));
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, [open]);
  if (clients.length < 2 && (output === null || output === own)) return null;

  const choose = (clientId: string) => {
    setOpen(false);
    if (clientId === own) return void conductor.playHere();
    core.pause();
    socket.request("player.output", { clientId }).catch((error: Error) => notify("error", error.message));
  };
  return (
    <div ref={box} className={styles.outputs}>
      <IconButton label="Choose where it plays" aria-expanded={open} aria-haspopup="true" onClick={() => setOpen(!open)}>
        <MonitorSpeaker size={19} />
      </IconButton>
      {open && (
        <ul className={styles.menu} aria-label="Devices">
          {clients.map(({ clientId, name }) => (
            <li key={clientId}>
              <button type="button" aria-pressed={clientId === output} onClick={() => choose(clientId)}>
                <span>
                  {name}
                  {clientId === own && <small>This tab</small>}
                </span>
                {clientId === output && <Check size={16} aria-hidden="true" />}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Said above the player while another device sounds. */
export function Elsewhere() {
  const output = useApp(useShallow(otherOutput));
  if (!output) return null;
  return (
    <div className={styles.elsewhere}>
      <MonitorSpeaker size={15} aria-hidden="true" />
      <span>Playing on {output.name}</span>
      <button type="button" onClick={() => void conductor.playHere()}>
        Play here
      </button>
    </div>
  );
}
