import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Lock, RotateCcw } from "lucide-react";
import { settings as settingsQuery } from "@/api/queries";
import type { Setting } from "@/api/types";
import { wordsOf } from "@/lib/format";
import { mediaSourceClass } from "@/player/deck";
import { Button, IconButton } from "@/ui/button";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";
import { changeSettings, isChanged, resetSettings } from "./changes";
import { Control } from "./control";
import styles from "./settings.module.css";

/** Everything that can be set while the server runs, drawn from what the server says of it. */
export default function SettingsView() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(settingsQuery());
  if (error) return <Failure error={error} onRetry={() => void refetch()} page />;
  if (!data) return <Loading label="Loading the settings" page />;
  if (data.length === 0) return <Empty page title="There is nothing to set" />;
  const changed = data.filter((setting) => isChanged(setting) && !setting.locked);
  const groups = [...new Set(data.map(({ group }) => group))];
  return (
    <>
      <PageHead title="Settings">
        <Button disabled={changed.length === 0} onClick={() => void resetSettings(client, changed)}>
          <RotateCcw size={16} aria-hidden="true" /> Reset all
        </Button>
      </PageHead>
      {groups.map((group) => (
        <section key={group} className={styles.group} aria-label={wordsOf(group)}>
          <h2>{wordsOf(group)}</h2>
          {data
            .filter((setting) => setting.group === group)
            .map((setting) => (
              <Row key={setting.name} setting={setting} />
            ))}
        </section>
      ))}
    </>
  );
}

/** Why a setting means nothing in this browser; null where it does. */
function lackOf({ name }: Setting): string | null {
  if (name !== "sound.quality" || mediaSourceClass("aac")) return null;
  return "Not offered here: this browser cannot decode AAC, and plays lossless.";
}

function Row({ setting }: { setting: Setting }) {
  const client = useQueryClient();
  const lacking = lackOf(setting);
  const wide = setting.type === "list" || setting.type === "ranking";
  return (
    <div className={styles.row} data-wide={wide || undefined}>
      <div className={styles.words}>
        <h3>{setting.label}</h3>
        <p>{setting.help}</p>
        <p className={styles.notes}>
          {lacking && <span>{lacking}</span>}
          {setting.locked && (
            <span>
              <Lock size={13} aria-hidden="true" /> Fixed by the server’s own configuration
            </span>
          )}
          {setting.scope === "server" && <span>For everybody</span>}
          {setting.restart && <span>Takes effect with the next start</span>}
        </p>
      </div>
      <div className={styles.control}>
        {!lacking && <Control key={JSON.stringify(setting.value)} setting={setting} onChange={(value) => void changeSettings(client, { [setting.name]: value })} />}
      </div>
      <span className={styles.reset}>
        {isChanged(setting) && !setting.locked && (
          <IconButton label={`Reset: ${setting.label}`} onClick={() => void resetSettings(client, [setting])}>
            <RotateCcw size={16} />
          </IconButton>
        )}
      </span>
    </div>
  );
}
