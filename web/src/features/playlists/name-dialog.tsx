import { useState, type FormEvent } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import field from "@/ui/field.module.css";

interface Props {
  title: string;
  action: string;
  name?: string;
  /** Left out where there is none to be given. */
  description?: string;
  onDone: (name: string, description: string) => void;
  onClose: () => void;
}

/** What a playlist is called. */
export function NameDialog({ title, action, name: given = "", description: told, onDone, onClose }: Props) {
  const [name, setName] = useState(given);
  const [description, setDescription] = useState(told ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) onDone(name.trim(), description.trim());
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <label className={field.label}>
          Name
          <input className={field.field} value={name} maxLength={200} autoFocus onChange={(event) => setName(event.target.value)} />
        </label>
        {told !== undefined && (
          <label className={field.label}>
            Description
            <input className={field.field} value={description} maxLength={1000} onChange={(event) => setDescription(event.target.value)} />
          </label>
        )}
        <div className={field.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="solid" disabled={!name.trim()}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
