// A folder with a bare git repository, as a customer has it, and what is in it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Repositories {
  /** What `REPOSITORY_ROOT` is set to. */
  root: string;
  /** Names of the branches of `shop.git`. */
  branches: () => string[];
  /** Files that the newest commit of a branch has. */
  files: (branch: string) => string[];
  /** Commits a file onto `main`, as whoever owns the repository does. */
  commit: (file: string, text: string) => void;
  remove: () => void;
}

/** Makes `shop.git` with one commit on `main`. */
export function makeRepositories(): Repositories {
  const root = mkdtempSync(join(tmpdir(), "webriskops-repositories-"));
  const work = join(root, "work");
  const bare = join(root, "shop.git");
  const git = (...args: string[]): string => execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  git("init", "--quiet", "--initial-branch=main", work);
  const commit = (file: string, text: string): void => {
    writeFileSync(join(work, file), text);
    git("-C", work, "add", file);
    git("-C", work, "-c", "user.name=Shop", "-c", "user.email=shop@northwind.example", "commit", "--quiet", `--message=Add ${file}`);
  };
  commit("README", "shop\n");
  git("clone", "--quiet", "--bare", work, bare);
  const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  return {
    root,
    branches: () => lines(git("-C", bare, "for-each-ref", "--format=%(refname:short)", "refs/heads")),
    files: (branch) => lines(git("-C", bare, "ls-tree", "-r", "--name-only", branch)),
    commit: (file, text) => {
      commit(file, text);
      git("-C", work, "push", "--quiet", bare, "main");
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
