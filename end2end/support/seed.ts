import { seedTemplate } from "./stack.mjs";

/** Writes the demo data once; every stack begins with a copy of it. */
export default async function seed(): Promise<() => void> {
  const template = await seedTemplate();
  process.env.E2E_TEMPLATE = template.folder;
  return template.remove;
}
