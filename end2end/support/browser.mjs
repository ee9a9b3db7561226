// Which Chromium is used, and with which switches: the same for the tests, the measures and the screenshots.
import { existsSync } from "node:fs";

const DEBIAN = "/usr/bin/chromium";

/** The system's Chromium if there is one, else Playwright's own. */
export const executablePath = process.env.CHROMIUM || (existsSync(DEBIAN) ? DEBIAN : undefined);

export const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launchOptions = { ...(executablePath ? { executablePath } : {}), args };
