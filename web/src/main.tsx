import "@fontsource-variable/instrument-sans";
import "./ui/tokens.css";
import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { start } from "./app/auralis";
import { listenForKeys } from "./app/keys";
import { connectSystem } from "./app/system";

connectSystem();
listenForKeys();
start();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
