import type { ButtonHTMLAttributes, ReactNode } from "react";
import styles from "./button.module.css";

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string;
  children: ReactNode;
  /** Key that does the same, for the hint. */
  shortcut?: string;
  size?: "small" | "normal" | "large";
}

/** A button that is only a picture: its label is the hint and what a screen reader says. */
export function IconButton({ label, shortcut, size = "normal", className = "", children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={shortcut ? `${label} (${shortcut})` : label}
      className={`${styles.icon} ${styles[size]} ${className}`}
      {...rest}
    >
      {children}
    </button>
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: "solid" | "quiet";
}

export function Button({ tone = "quiet", className = "", ...rest }: ButtonProps) {
  return <button type="button" className={`${styles.button} ${styles[tone]} ${className}`} {...rest} />;
}
