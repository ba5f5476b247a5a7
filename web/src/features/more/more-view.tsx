import { ChevronRight } from "lucide-react";
import { Link } from "wouter";
import { BEHIND_MORE } from "@/app/places";
import { PageHead } from "@/ui/page-head";
import styles from "./more.module.css";

/** On a small screen: the places that have no tab of their own. */
export default function MoreView() {
  return (
    <>
      <PageHead title="More" />
      <ul className={styles.places}>
        {BEHIND_MORE.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link href={to}>
              <Icon size={20} aria-hidden="true" />
              <span>{label}</span>
              <ChevronRight size={18} aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
