// The words of the pages that tests look for, where docs/product.md leaves room. Exact labels stand in the tests themselves.

/** Starts the fix workflow. */
export const START_FIX = /\b(and start|start)\b/i;
/** From the review to the provider's form; also opens it again. */
export const TO_PAYMENT = /^Continue to Paddle$/;
/** Asks the provider what it knows. */
export const ASK_PROVIDER = /^Ask Paddle now$/;
/** Ends a checkout that was not paid. */
export const CANCEL_CHECKOUT = /^cancel/i;
/** Asks for figures again. */
export const REFRESH = /^refresh/i;
/** After something failed. */
export const RETRY = /^Try again$/;
/** Says since when the figures stand. */
export const AS_OF = /Billing is shown as of \d{2}:\d{2}:\d{2}\s?\./;
/** The plan ladder. */
export const LADDER = /^(the )?plan(s| ladder)?$/i;
/** What the live region says when the credits of the story have come. */
export const CREDITS_CAME = "3 automated fix credits added to Harbor Bakery. Available: 3.";
/** A page that is not there. */
export const NOT_FOUND = /^Not found \u00b7/;
/** How each stage of a payment is called. */
export const STAGES = ["Checkout finished", "Provider reports paid", "Event received", "Ledger entry written", "Ready to use"] as const;
export const PENDING = "Payment confirmation pending";
