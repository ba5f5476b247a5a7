import { useRef, type KeyboardEvent } from "react";

interface Option<T extends string> {
  value: T;
  label: string;
  hint?: string;
}

interface Props<T extends string> {
  label: string;
  options: readonly Option<T>[];
  value: T | string;
  onChange: (value: T) => void;
  className?: string | undefined;
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Radio buttons: one stop for the Tab key, the arrows choose among them. */
export function Choices<T extends string>({ label, options, value, onChange, className }: Props<T>) {
  const group = useRef<HTMLDivElement>(null);
  const chosen = Math.max(0, options.findIndex((option) => option.value === value));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const radios = [...group.current!.querySelectorAll<HTMLElement>("[role=radio]")];
    // From where the focus is: the value may take a moment to come back.
    const index = (radios.indexOf(event.target as HTMLElement) + step + options.length) % options.length;
    onChange(options[index]!.value);
    radios[index]?.focus();
  };
  return (
    <div ref={group} role="radiogroup" aria-label={label} className={className} onKeyDown={onKeyDown}>
      {options.map((option, index) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={index === chosen ? 0 : -1}
          title={option.hint}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
