import { useEffect, useRef, useState } from "react";
import { X } from "lucide-react";
import { dispatch, useApp } from "@/app/store";
import { chooseSingleKeys, singleKeysAreOn } from "@/app/key-choice";
import { IconButton } from "@/ui/button";
import { Switch } from "@/ui/switch";
import styles from "./help.module.css";

const KEYS: [string[], string][] = [
  [["Space"], "Play or pause"],
  [["←", "→"], "Back or on by 5 seconds"],
  [["Shift", "← →"], "Back or on by 30 seconds"],
  [["Ctrl", "← →"], "Previous or next track (Alt too)"],
  [["−", "+"], "Volume"],
  [["M"], "Mute"],
  [["E"], "Enhancement on or off"],
  [["A"], "The other sound: A or B while comparing"],
  [["S"], "Shuffle"],
  [["R"], "Repeat"],
  [["L"], "Love what plays"],
  [["Q"], "Queue"],
  [["N"], "Sound of what plays"],
  [["Y"], "Lyrics of what plays"],
  [["/"], "Search (Ctrl K too)"],
  [["↑", "↓", "Enter"], "Choose and play in a list"],
  [["?"], "These keys"],
];

/** All keys at a glance. */
export default function HelpDialog() {
  const open = useApp((state) => state.help);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const [single, setSingle] = useState(singleKeysAreOn);
  const close = () => dispatch({ type: "help", open: false });
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="help-title" onClose={close} onClick={(event) => event.target === dialog.current && close()}>
      <div className={styles.inner}>
        <header>
          <h2 id="help-title">Keys</h2>
          <IconButton label="Close" onClick={close}>
            <X size={18} />
          </IconButton>
        </header>
        <dl>
          {KEYS.map(([keys, meaning]) => (
            <div key={meaning}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <div className={styles.choice}>
          <span>Keys without Ctrl or Alt</span>
          <Switch
            label="Keys without Ctrl or Alt"
            checked={single}
            onChange={(on) => {
              chooseSingleKeys(on);
              setSingle(on);
            }}
          />
        </div>
      </div>
    </dialog>
  );
}
