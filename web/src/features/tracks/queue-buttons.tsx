import { ListEnd, ListStart } from "lucide-react";
import { addToQueue } from "@/app/queue";
import type { PlayContext } from "@/api/types";
import { Button } from "@/ui/button";

/** Play an album, an artist or a search next, or add it to the queue. */
export function QueueButtons({ context, what }: { context: PlayContext; what: string }) {
  return (
    <>
      <Button onClick={() => addToQueue(context, "next", what)}>
        <ListStart size={17} aria-hidden="true" /> Play next
      </Button>
      <Button onClick={() => addToQueue(context, "end", what)}>
        <ListEnd size={17} aria-hidden="true" /> Add to queue
      </Button>
    </>
  );
}
