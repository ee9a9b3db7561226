// A stand-in for a model that speaks the chat-completions JSON.
import { createServer } from "node:http";

export interface Model {
  /** What `AI_BASE_URL` is set to. */
  url: string;
  /** What the next answers say; a number is a status of an error. */
  answer: string | number;
  close: () => Promise<void>;
}

/** Starts one on a free port. */
export async function startModel(): Promise<Model> {
  const model: Model = { url: "", answer: 503, close: () => Promise.resolve() };
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      if (typeof model.answer === "number") {
        response.writeHead(model.answer).end();
        return;
      }
      const body = { choices: [{ message: { role: "assistant", content: model.answer } }] };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The stand-in has no port.");
  model.url = `http://127.0.0.1:${address.port}/v1`;
  model.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return model;
}
