import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/browser.mjs";

const desktop = { viewport: { width: 1280, height: 900 } };

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  globalSetup: "./support/seed.ts",
  workers: Number(process.env.E2E_WORKERS ?? 2),
  // One more try where the machine is shared; what needed it is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "UTC",
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: "retain-on-failure",
    launchOptions,
  },
  projects: [{ name: "desktop", use: desktop }],
});
