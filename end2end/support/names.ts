// The words of the pages that tests look for, where domain.md leaves room. Exact labels stand in the tests themselves.

/** Starts the fix workflow. */
export const START_FIX = /\b(and start|start)\b/i;
/** From the review to the provider's form; also opens it again. */
export const TO_PAYMENT = /(continue|pay|open).*(paddle|payment|checkout)|^continue|^pay\b/i;
/** Asks the provider what it knows. */
export const ASK_PROVIDER = /(check|ask|refresh).*(paddle|provider|payment|again|now)|^(refresh|check again)$/i;
/** Ends a checkout that was not paid. */
export const CANCEL_CHECKOUT = /^cancel/i;
/** Asks for figures again. */
export const REFRESH = /^refresh/i;
/** After something failed. */
export const RETRY = /(try|load|ask) again|retry/i;
/** Says since when the figures stand. */
export const AS_OF = /(as of|checked|updated|last)\b.*\d{1,2}[:.]\d{2}/i;
/** The plan ladder. */
export const LADDER = /^(the )?plan(s| ladder)?$/i;
/** What the live region says when credits have come. */
export const CREDITS_CAME = /automated fix credits?/i;
/** A page that is not there. */
export const NOT_FOUND = /not found|no such/i;
/** How each stage of a payment is called. */
export const STAGES = ["Checkout finished", "Provider reports paid", "Event received", "Ledger entry written", "Ready to use"] as const;
export const PENDING = "Payment confirmation pending";
