import { expect, type APIResponse } from "@playwright/test";
import type { Problem } from "./wire.js";

/** The answer is a problem document of this status and one of these codes. */
export async function expectProblem(answer: APIResponse, status: number | number[], ...codes: string[]): Promise<Problem> {
  const text = await answer.text();
  const statuses = [status].flat();
  expect(statuses, `${answer.url()} answered ${answer.status()}: ${text.slice(0, 300)}`).toContain(answer.status());
  expect(answer.headers()["content-type"] ?? "", text.slice(0, 300)).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(text) as Problem;
  expect(problem.status).toBe(answer.status());
  if (codes.length > 0) expect(codes).toContain(problem.code);
  expect(problem.type).toBe(`urn:webriskops:problem:${problem.code}`);
  expect(problem.title.length).toBeGreaterThan(0);
  expect(text, "nothing of the inside is told").not.toMatch(/sqlx|panicked|\.rs:\d|SELECT |axum/);
  return problem;
}
