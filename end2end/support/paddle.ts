// The control side of the Paddle sandbox: what the provider does, and what goes wrong on the way.
import { expect } from "@playwright/test";

export interface Faults {
  hold?: boolean;
  delay_ms?: number;
  drop?: number;
  duplicate?: number;
  reorder?: boolean;
  wrong_signature?: number;
  skew_s?: number;
  api_status?: number;
  api_count?: number;
  api_hang_ms?: number;
  api_after?: boolean;
}

interface Row {
  id: string;
  status: string;
}

export interface PaddleEvent {
  event_id: string;
  event_type: string;
  data: Record<string, unknown>;
}

export interface PaddleState {
  transactions: Row[];
  adjustments: (Row & { action: string })[];
  events: PaddleEvent[];
  notifications: (Row & { event_id?: string; times_attempted: number })[];
  secrets: string[];
  waiting: { queued: number; held: number };
}

export class Paddle {
  constructor(readonly url: string) {}

  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const sent = body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {};
    const answer = await fetch(`${this.url}/__sim${path}`, { method, ...sent });
    const text = await answer.text();
    expect(answer.status, `${method} ${path}: ${text}`).toBe(200);
    return JSON.parse(text) as T;
  }

  faults = (faults: Faults): Promise<unknown> => this.ask("POST", "/faults", faults);
  noFaults = (): Promise<unknown> => this.ask("DELETE", "/faults");
  /** Sends what is held and answers when it was delivered; what comes later is held on. */
  release = (): Promise<{ delivered: number; attempted: number }> => this.ask("POST", "/release");
  pay = (id: string, options: { card?: string; notify?: boolean } = {}): Promise<unknown> => this.ask("POST", `/transactions/${id}/pay`, options);
  decline = (id: string): Promise<unknown> => this.ask("POST", `/transactions/${id}/decline`, {});
  /** Decides about a refund that is in review. */
  decide = (adjustment: string, how: "approve" | "reject"): Promise<unknown> => this.ask("POST", `/adjustments/${adjustment}/${how}`, {});
  /** The next period of a subscription begins and is paid. */
  renew = (subscription: string): Promise<unknown> => this.ask("POST", `/subscriptions/${subscription}/renew`, {});
  /** The next period begins and its payment is refused. */
  failRenewal = (subscription: string): Promise<unknown> => this.ask("POST", `/subscriptions/${subscription}/fail-renewal`, {});
  pause = (subscription: string): Promise<unknown> => this.ask("POST", `/subscriptions/${subscription}/pause`, {});
  /** The bank takes a payment back; answers the dispute. */
  chargeBack = async (transaction: string): Promise<string> => (await this.ask<{ adjustment: Row }>("POST", `/transactions/${transaction}/chargeback`, {})).adjustment.id;
  /** The dispute is won. */
  reverse = (adjustment: string): Promise<unknown> => this.ask("POST", `/adjustments/${adjustment}/reverse`, {});
  rotateSecret = (secret: string, overlap: boolean): Promise<unknown> => this.ask("POST", "/rotate-secret", { secret, overlap });
  resend = (event: string): Promise<unknown> => this.ask("POST", `/events/${event}/resend`);
  emit = (event_type: string, data: object): Promise<unknown> => this.ask("POST", "/emit", { event_type, data });

  state = (): Promise<PaddleState> => this.ask("GET", "/state");

  /** Waits until something is held back; then a payment has happened and nobody has been told. */
  async held(): Promise<void> {
    await expect.poll(async () => (await this.state()).waiting.held, { message: "webhooks are held back" }).toBeGreaterThan(0);
  }

  /** Waits until nothing is queued any more. */
  async quiet(): Promise<void> {
    await expect.poll(async () => (await this.state()).waiting.queued, { message: "no webhook is queued" }).toBe(0);
  }

  /** The newest event of a type. */
  async lastEvent(type: string): Promise<PaddleEvent> {
    const found = (await this.state()).events.filter((event) => event.event_type === type).at(-1);
    if (!found) throw new Error(`The sandbox has no ${type} event.`);
    return found;
  }
}
