import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, FileAudio, ImageMinus, ImageUp } from "lucide-react";
import { useRef, useState } from "react";
import { request, send, url } from "@/api/http";
import { invalidateLibrary } from "@/api/queries";
import type { AlbumDetail } from "@/api/types";
import { notify } from "@/app/store";
import { MasterDialog } from "@/features/jobs/master-dialog";
import { IconButton } from "@/ui/button";
import { anchorBelow, Menu, type Anchor, type MenuItem } from "@/ui/menu";

/** What else can be done with an album: mastered to files, shown with another picture. */
export function AlbumMenu({ album }: { album: AlbumDetail }) {
  const client = useQueryClient();
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  const [mastering, setMastering] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const address = `/albums/${encodeURIComponent(album.id)}/artwork`;
  const change = async (call: Promise<unknown>, said: string) => {
    try {
      await call;
      notify("info", said);
    } catch (error) {
      notify("error", (error as Error).message);
    }
    invalidateLibrary(client);
  };
  const upload = (file: File) => {
    const body = new FormData();
    body.set("file", file);
    void change(request(url(address), { method: "POST", body }), "The album has its new picture.");
  };
  const items: MenuItem[] = [
    { label: "Master to files…", icon: <FileAudio size={17} />, run: () => setMastering(true) },
    { label: "Choose a picture…", icon: <ImageUp size={17} />, run: () => input.current?.click() },
    { label: "Show the files’ own picture", icon: <ImageMinus size={17} />, run: () => void change(send("DELETE", address), "The album shows what its files hold.") },
  ];
  return (
    <>
      <IconButton label="More for this album" aria-haspopup="menu" onClick={(event) => setAnchor(anchorBelow(event.currentTarget))}>
        <Ellipsis size={19} />
      </IconButton>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/gif"
        hidden
        aria-label="Picture of the album"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) upload(file);
        }}
      />
      {anchor && <Menu label={album.title} anchor={anchor} items={items} onClose={() => setAnchor(null)} />}
      {mastering && <MasterDialog order={{ type: "album", id: album.id }} name={album.title} onClose={() => setMastering(false)} />}
    </>
  );
}
