import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { send } from "@/api/http";
import { TRIALS, trials as trialsQuery } from "@/api/queries";
import type { TrialBody, TrialStatistics } from "@/api/types";
import { offerToggle } from "@/app/heard";
import { notify } from "@/app/store";
import { plural } from "@/lib/format";
import type { Comparison } from "@/player/comparison";
import { Button } from "@/ui/button";
import styles from "./compare.module.css";

interface Props {
  player: Comparison;
  side: "a" | "b";
  trackId: string;
  preset: string;
  intensity: number;
  disabled: boolean;
}

type Heard = "a" | "b" | "x";
type Sound = TrialBody["x"];

const AFTER = { a: "x", x: "b", b: "a" } as const;
/** So many trials say something; fewer are luck. */
const ENOUGH = 10;

/** ABX: X is one of the two, nobody knows which; the listener says which, and the server keeps count. */
export function BlindTest({ player, trackId, preset, intensity, disabled }: Props) {
  const client = useQueryClient();
  const { data } = useQuery(trialsQuery(trackId));
  const [x, setX] = useState<Sound>(drawn);
  const [heard, setHeard] = useState<Heard>("x");
  const [said, setSaid] = useState("");
  const [sending, setSending] = useState(false);
  useEffect(() => player.choose(heard === "x" ? x : heard), [player, heard, x]);

  useEffect(() => offerToggle(() => setHeard((now) => AFTER[now])), []);

  const answer = async (taken: Sound) => {
    setSending(true);
    const body: TrialBody = { trackId, preset: preset as TrialBody["preset"], intensity, x, answer: taken };
    try {
      const { data: counted } = await send<TrialStatistics>("POST", "/compare/trials", body);
      client.setQueryData(trialsQuery(trackId).queryKey, counted);
      setSaid(`${taken === x ? "Right" : "Wrong"}: X was ${x === "a" ? "A, the original" : "B, the mastered sound"}. A new X is drawn.`);
      setX(drawn());
      setHeard("x");
    } catch (error) {
      notify("error", (error as Error).message);
      void client.invalidateQueries({ queryKey: [TRIALS, trackId] });
    } finally {
      setSending(false);
    }
  };
  return (
    <div className={styles.blind}>
      <div role="group" aria-label="Which sound is heard" className={styles.abx}>
        {(["a", "x", "b"] as const).map((value) => (
          <button key={value} type="button" aria-pressed={heard === value} disabled={disabled} onClick={() => setHeard(value)}>
            {value.toUpperCase()}
            <small>{{ a: "Original", x: "One of them", b: "Mastered" }[value]}</small>
          </button>
        ))}
      </div>
      <div className={styles.answers}>
        <Button disabled={disabled || sending} onClick={() => void answer("a")}>
          X is A
        </Button>
        <Button disabled={disabled || sending} onClick={() => void answer("b")}>
          X is B
        </Button>
      </div>
      <p role="status" className={styles.said}>
        {said || "Listen to A, B and X as often as you like, then say which one X is."}
      </p>
      {data && <Score counted={data} />}
    </div>
  );
}

function Score({ counted: { trials, correct, pValue } }: { counted: TrialStatistics }) {
  if (trials === 0) return <p className={styles.matched}>No trial on this track yet.</p>;
  return (
    <dl className={styles.score} aria-label="Trials on this track">
      <div>
        <dt>Right</dt>
        <dd className="numeric">
          {correct} of {trials}
        </dd>
      </div>
      <div>
        <dt>By guessing alone</dt>
        <dd className="numeric">p = {pValue < 0.001 ? "< 0.001" : pValue.toFixed(3)}</dd>
      </div>
      <div>
        <dt>Which means</dt>
        <dd>{meaningOf(trials, pValue)}</dd>
      </div>
    </dl>
  );
}

export function meaningOf(trials: number, pValue: number): string {
  if (trials < ENOUGH) return `Too few to say: ${plural(ENOUGH - trials, "trial")} more`;
  if (pValue < 0.05) return "You hear a difference";
  return "No difference shown so far";
}

function drawn(): Sound {
  return crypto.getRandomValues(new Uint8Array(1))[0]! < 128 ? "a" : "b";
}
