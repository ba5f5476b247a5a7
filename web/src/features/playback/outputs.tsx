import { Check, MonitorSpeaker, Pencil } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useShallow } from "zustand/react/shallow";
import { conductor, socket } from "@/app/auralis";
import { keepName, LONGEST_NAME } from "@/app/client-name";
import { otherOutput } from "@/app/state";
import { useApp } from "@/app/store";
import { Button } from "@/ui/button";
import field from "@/ui/field.module.css";
import { Popover } from "@/ui/popover";
import styles from "./outputs.module.css";

/** All devices by name: which one sounds, and a way to let another one. */
export function Outputs({ side }: { side?: "above" | "below" }) {
  const elsewhere = useApp((state) => otherOutput(state) !== null);
  return (
    <Popover label="Devices" icon={<MonitorSpeaker size={19} />} active={elsewhere} {...(side ? { side } : {})}>
      {(close) => <Devices onChosen={close} />}
    </Popover>
  );
}

function Devices({ onChosen }: { onChosen: () => void }) {
  const clients = useApp(useShallow((state) => state.player?.clients ?? []));
  const [own, output] = useApp(useShallow((state) => [state.clientId, state.player?.outputClientId ?? null]));
  const [naming, setNaming] = useState(false);
  const choose = (clientId: string) => {
    onChosen();
    void conductor.handOver(clientId);
  };
  const ownName = clients.find(({ clientId }) => clientId === own)?.name ?? "";
  return (
    <div className={styles.devices}>
      <h3>Where it plays</h3>
      {clients.length === 0 && <p>The server cannot be reached.</p>}
      <ul aria-label="Devices">
        {clients.map(({ clientId, name, canOutput }) => (
          <li key={clientId}>
            <button type="button" aria-pressed={clientId === output} disabled={!canOutput} onClick={() => choose(clientId)}>
              <span>
                {name}
                <small>{aboutOf(clientId === own, clientId === output, canOutput)}</small>
              </span>
              {clientId === output && <Check size={16} aria-hidden="true" />}
            </button>
          </li>
        ))}
      </ul>
      {naming ? (
        <Naming name={ownName} onDone={() => setNaming(false)} />
      ) : (
        <button type="button" className={styles.rename} disabled={own === null} onClick={() => setNaming(true)}>
          <Pencil size={15} aria-hidden="true" /> Name this device
        </button>
      )}
    </div>
  );
}

function aboutOf(own: boolean, sounding: boolean, canOutput: boolean): string {
  if (!canOutput) return "Only controls";
  if (sounding) return own ? "This device, playing here" : "Plays now";
  return own ? "This device" : "Can play";
}

function Naming({ name: given, onDone }: { name: string; onDone: () => void }) {
  const [name, setName] = useState(given);
  const keep = (event: FormEvent) => {
    event.preventDefault();
    void socket.rename(keepName(name));
    onDone();
  };
  return (
    <form className={styles.naming} onSubmit={keep}>
      <input
        className={field.field}
        value={name}
        maxLength={LONGEST_NAME}
        aria-label="Name of this device"
        autoFocus
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit">Save</Button>
    </form>
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
