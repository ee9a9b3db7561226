-- The whole schema, as SQLite has it after its migrations up to this number (a test compares the two). Text is compared byte by byte, as SQLite
-- does it, whatever the locale of the database; whole numbers have eight bytes; a rule that SQLite refuses is refused here with 23514.
-- The scalar functions of SQLite that the shared statements use, with SQLite's answer to NULL (STRICT).
CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT strpos($1, $2)';
CREATE FUNCTION min(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS 'SELECT least($1, $2)';
CREATE FUNCTION max(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS 'SELECT greatest($1, $2)';
CREATE TABLE accounts (
  id TEXT COLLATE "C" PRIMARY KEY, name TEXT COLLATE "C" NOT NULL, account_type TEXT COLLATE "C" NOT NULL CHECK (account_type IN ('owner','agency','client')),
  billing_email TEXT COLLATE "C" NOT NULL,
  package_key TEXT COLLATE "C" NOT NULL DEFAULT 'free_snapshot'
    CHECK (package_key IN ('free_snapshot','scan_plan','monitor_plan','fix_plan','agency_plan')),
  billing_state TEXT COLLATE "C" NOT NULL DEFAULT 'active' CHECK (billing_state IN ('active','payment_pending','past_due','blocked','closed')),
  price_list TEXT COLLATE "C" NOT NULL DEFAULT 'standard', agency_account_id TEXT COLLATE "C" REFERENCES accounts(id),
  ledger_seq BIGINT NOT NULL DEFAULT 0 CHECK (ledger_seq >= 0), created_at BIGINT NOT NULL);
CREATE TABLE credit_balances (
  account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), credit_type TEXT COLLATE "C" NOT NULL CHECK (credit_type IN ('scan','automated_fix','ai')),
  granted BIGINT NOT NULL DEFAULT 0 CHECK (granted >= 0), avail BIGINT NOT NULL DEFAULT 0 CHECK (avail >= 0),
  res BIGINT NOT NULL DEFAULT 0 CHECK (res >= 0), spent BIGINT NOT NULL DEFAULT 0 CHECK (spent >= 0),
  refunded BIGINT NOT NULL DEFAULT 0 CHECK (refunded >= 0), expired BIGINT NOT NULL DEFAULT 0 CHECK (expired >= 0),
  PRIMARY KEY (account_id, credit_type),
  CHECK (granted = avail + res + spent + refunded + expired));
CREATE TABLE credit_lots (
  account_id TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, credit_type TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL CHECK (source IN ('plan_period','paddle_txn','adjustment_reversal','admin')), source_ref TEXT COLLATE "C" NOT NULL, txn_id TEXT COLLATE "C",
  amount BIGINT NOT NULL CHECK (amount > 0), avail BIGINT NOT NULL CHECK (avail >= 0),
  res BIGINT NOT NULL DEFAULT 0 CHECK (res >= 0), spent BIGINT NOT NULL DEFAULT 0 CHECK (spent >= 0),
  refunded BIGINT NOT NULL DEFAULT 0 CHECK (refunded >= 0), expired BIGINT NOT NULL DEFAULT 0 CHECK (expired >= 0),
  -- Credits to take back as soon as running work returns them.
  refund_due BIGINT NOT NULL DEFAULT 0,
  priority BIGINT NOT NULL CHECK (priority BETWEEN 0 AND 100), expires_at BIGINT, arrival BIGINT NOT NULL, created_at BIGINT NOT NULL, replaces TEXT COLLATE "C", settled BIGINT NOT NULL DEFAULT 0 CHECK (settled BETWEEN 0 AND refunded),
  PRIMARY KEY (account_id, id),
  -- Global: one payment or period feeds one account once.
  UNIQUE (source, source_ref, credit_type),
  FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  CHECK (amount = avail + res + spent + refunded + expired), CHECK (refund_due BETWEEN 0 AND res));
CREATE INDEX credit_lots_burn ON credit_lots(account_id, credit_type, priority, expires_at, arrival) WHERE avail > 0;
CREATE INDEX credit_lots_txn ON credit_lots(txn_id) WHERE txn_id IS NOT NULL;
CREATE INDEX credit_lots_replaces ON credit_lots(account_id, replaces) WHERE replaces IS NOT NULL;
CREATE FUNCTION lots_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.amount<>OLD.amount OR NEW.credit_type<>OLD.credit_type OR NEW.source<>OLD.source OR NEW.source_ref<>OLD.source_ref OR NEW.account_id<>OLD.account_id
  OR NEW.spent<OLD.spent OR NEW.refunded<OLD.refunded OR NEW.expired<OLD.expired OR NEW.settled<OLD.settled OR NEW.replaces IS DISTINCT FROM OLD.replaces
  THEN RAISE EXCEPTION 'lot identity and terminal counters are immutable' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lots_immutable BEFORE UPDATE ON credit_lots FOR EACH ROW EXECUTE FUNCTION lots_immutable();
CREATE FUNCTION lots_replace_their_own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.replaces IS NOT NULL AND (NEW.source <> 'adjustment_reversal' OR NOT EXISTS (SELECT 1 FROM credit_lots l
  WHERE l.account_id = NEW.account_id AND l.id = NEW.replaces AND l.credit_type = NEW.credit_type AND l.replaces IS NULL))
  THEN RAISE EXCEPTION 'a reversal replaces a lot of the same account and type' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lots_replace_their_own BEFORE INSERT ON credit_lots FOR EACH ROW EXECUTE FUNCTION lots_replace_their_own();
CREATE TABLE users (
  id TEXT COLLATE "C" PRIMARY KEY, email TEXT COLLATE "C" NOT NULL UNIQUE, name TEXT COLLATE "C" NOT NULL, password_hash TEXT COLLATE "C" NOT NULL,
  last_account_id TEXT COLLATE "C" REFERENCES accounts(id), created_at BIGINT NOT NULL);
CREATE TABLE memberships (
  account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), user_id TEXT COLLATE "C" NOT NULL REFERENCES users(id),
  role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner','admin','billing_manager','viewer')), PRIMARY KEY (account_id, user_id));
CREATE INDEX memberships_user ON memberships(user_id);
CREATE TABLE sessions (
  token_sha256 TEXT COLLATE "C" PRIMARY KEY, user_id TEXT COLLATE "C" NOT NULL REFERENCES users(id), created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX sessions_expiry ON sessions(expires_at);
CREATE TABLE idempotency_keys (
  principal TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, request_hash TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL CHECK (state IN ('started','done')),
  status_code BIGINT, response_body TEXT COLLATE "C", resource TEXT COLLATE "C", locked_until BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL, PRIMARY KEY (principal, key));
CREATE INDEX idempotency_age ON idempotency_keys(created_at);
CREATE TABLE settings (key TEXT COLLATE "C" PRIMARY KEY, value TEXT COLLATE "C" NOT NULL);
CREATE TABLE projects (
  id TEXT COLLATE "C" PRIMARY KEY, account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), billing_account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id),
  name TEXT COLLATE "C" NOT NULL, domain TEXT COLLATE "C" NOT NULL, unsupported TEXT COLLATE "C", setup_done BIGINT NOT NULL DEFAULT 1 CHECK (setup_done IN (0,1)),
  scope TEXT COLLATE "C" NOT NULL CHECK (scope IN ('none','selected','accepted','stale')), scope_pages BIGINT NOT NULL DEFAULT 0,
  domain_status TEXT COLLATE "C" NOT NULL CHECK (domain_status IN ('none','challenge_created','verified','failed')),
  connected_access BIGINT NOT NULL DEFAULT 0 CHECK (connected_access IN (0,1)), baseline_report_id TEXT COLLATE "C", created_at BIGINT NOT NULL);
CREATE INDEX projects_account ON projects(account_id);
CREATE INDEX projects_payer ON projects(billing_account_id);
CREATE TABLE project_services (
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects(id),
  service TEXT COLLATE "C" NOT NULL CHECK (service IN ('activation_scan','monitoring','fix_workflow','agency_delivery')),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('not_enabled','enabled','paused')), PRIMARY KEY (project_id, service));
CREATE TABLE reports (
  id TEXT COLLATE "C" PRIMARY KEY, project_id TEXT COLLATE "C" NOT NULL REFERENCES projects(id), title TEXT COLLATE "C" NOT NULL,
  publication_status TEXT COLLATE "C" NOT NULL CHECK (publication_status IN ('draft','blocked','ready_for_publish','published')),
  gates TEXT COLLATE "C" NOT NULL, risk_score BIGINT NOT NULL CHECK (risk_score BETWEEN 0 AND 100), scanned_pages BIGINT NOT NULL,
  scanned_at BIGINT NOT NULL, preferred_mode TEXT COLLATE "C" NOT NULL DEFAULT 'review_only_patch', scan_run_id TEXT COLLATE "C");
CREATE INDEX reports_project ON reports(project_id, scanned_at);
CREATE UNIQUE INDEX reports_one_a_run ON reports(scan_run_id) WHERE scan_run_id IS NOT NULL;
CREATE TABLE findings (
  id TEXT COLLATE "C" PRIMARY KEY, report_id TEXT COLLATE "C" NOT NULL REFERENCES reports(id), position BIGINT NOT NULL, title TEXT COLLATE "C" NOT NULL,
  severity TEXT COLLATE "C" NOT NULL CHECK (severity IN ('critical','high','medium','low')), category TEXT COLLATE "C" NOT NULL, affected_url TEXT COLLATE "C" NOT NULL,
  evidence TEXT COLLATE "C" NOT NULL, remediation TEXT COLLATE "C" NOT NULL, fix_credit_cost BIGINT NOT NULL CHECK (fix_credit_cost > 0),
  ineligible TEXT COLLATE "C" CHECK (ineligible IN ('false_positive','missing_evidence','unsupported_scope','unsafe_access','needs_review')), check_key TEXT COLLATE "C", confidence TEXT COLLATE "C" NOT NULL DEFAULT 'high' CHECK (confidence IN ('high','medium','low')), evidence_hash TEXT COLLATE "C", fingerprint TEXT COLLATE "C", pages TEXT COLLATE "C" NOT NULL DEFAULT '[]', marked_by TEXT COLLATE "C", marked_at BIGINT);
CREATE INDEX findings_report ON findings(report_id, position);
CREATE TABLE catalog_prices (
  price_id TEXT COLLATE "C" PRIMARY KEY, item_key TEXT COLLATE "C" NOT NULL, price_list TEXT COLLATE "C" NOT NULL, active BIGINT NOT NULL CHECK (active IN (0,1)), seen_at BIGINT NOT NULL);
CREATE TABLE checkouts (
  account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), id TEXT COLLATE "C" NOT NULL, user_id TEXT COLLATE "C" NOT NULL REFERENCES users(id),
  item_key TEXT COLLATE "C" NOT NULL, price_id TEXT COLLATE "C" NOT NULL REFERENCES catalog_prices(price_id), quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 100),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('created','opened','returned_pending','confirmed','failed','cancelled','expired')),
  paddle_transaction_id TEXT COLLATE "C" UNIQUE, total TEXT COLLATE "C", origin TEXT COLLATE "C", failure_reason TEXT COLLATE "C",
  finished_at BIGINT, paid_at BIGINT, received_at BIGINT, written_at BIGINT,
  next_poll_at BIGINT, poll_count BIGINT NOT NULL DEFAULT 0, asked_at BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, is_plan BIGINT NOT NULL DEFAULT 0 CHECK (is_plan IN (0,1)), withdraw BIGINT NOT NULL DEFAULT 0 CHECK (withdraw IN (0,1)),
  PRIMARY KEY (account_id, id), UNIQUE (id));
CREATE UNIQUE INDEX checkouts_one_unfinished ON checkouts(account_id, item_key) WHERE state IN ('created','opened','returned_pending');
CREATE UNIQUE INDEX checkouts_one_unfinished_plan ON checkouts(account_id) WHERE is_plan = 1 AND state IN ('created','opened','returned_pending');
CREATE INDEX checkouts_poll ON checkouts(next_poll_at) WHERE next_poll_at IS NOT NULL;
CREATE TABLE paddle_events (
  event_id TEXT COLLATE "C" PRIMARY KEY, event_type TEXT COLLATE "C" NOT NULL, entity_id TEXT COLLATE "C" NOT NULL, occurred_at BIGINT NOT NULL,
  source TEXT COLLATE "C" NOT NULL CHECK (source IN ('webhook','poll')), body TEXT COLLATE "C" NOT NULL, received_at BIGINT NOT NULL,
  status TEXT COLLATE "C" NOT NULL DEFAULT 'pending' CHECK (status IN ('pending','done','ignored','quarantined')),
  attempts BIGINT NOT NULL DEFAULT 0, next_attempt_at BIGINT NOT NULL, last_error TEXT COLLATE "C", processed_at BIGINT,
  -- The order of arrival; SQLite has it by itself.
  rowid BIGINT GENERATED ALWAYS AS IDENTITY);
CREATE INDEX paddle_events_due ON paddle_events(next_attempt_at) WHERE status = 'pending';
CREATE TABLE paddle_subscriptions (
  id TEXT COLLATE "C" PRIMARY KEY, account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), item_key TEXT COLLATE "C" NOT NULL, status TEXT COLLATE "C" NOT NULL,
  period_start BIGINT, period_end BIGINT, scheduled_action TEXT COLLATE "C", scheduled_at BIGINT, state_at BIGINT NOT NULL, next_item_key TEXT COLLATE "C", next_from BIGINT, asked_wish TEXT COLLATE "C", asked_at BIGINT, started_at BIGINT);
CREATE INDEX paddle_subscriptions_account ON paddle_subscriptions(account_id);
CREATE TABLE paddle_transactions (
  id TEXT COLLATE "C" PRIMARY KEY, account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), checkout_id TEXT COLLATE "C", subscription_id TEXT COLLATE "C", status TEXT COLLATE "C" NOT NULL,
  origin TEXT COLLATE "C" NOT NULL, currency_code TEXT COLLATE "C" NOT NULL, grand_total TEXT COLLATE "C" NOT NULL, invoice_number TEXT COLLATE "C", granted_at BIGINT, state_at BIGINT NOT NULL, billed_at BIGINT);
CREATE INDEX paddle_transactions_account ON paddle_transactions(account_id, state_at);
CREATE TABLE paddle_lines (
  id TEXT COLLATE "C" PRIMARY KEY, transaction_id TEXT COLLATE "C" NOT NULL REFERENCES paddle_transactions(id), price_id TEXT COLLATE "C" NOT NULL,
  quantity BIGINT NOT NULL, total BIGINT NOT NULL CHECK (total >= 0));
CREATE INDEX paddle_lines_transaction ON paddle_lines(transaction_id);
CREATE TABLE paddle_adjustments (
  id TEXT COLLATE "C" PRIMARY KEY, transaction_id TEXT COLLATE "C" NOT NULL REFERENCES paddle_transactions(id), account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id),
  action TEXT COLLATE "C" NOT NULL CHECK (action IN ('refund','credit','credit_reverse','chargeback','chargeback_reverse','chargeback_warning','chargeback_warning_reverse')),
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending_approval','approved','rejected','reversed')), stage BIGINT NOT NULL CHECK (stage BETWEEN 0 AND 2),
  is_full BIGINT NOT NULL CHECK (is_full IN (0,1)), reason TEXT COLLATE "C" NOT NULL, currency_code TEXT COLLATE "C" NOT NULL, total TEXT COLLATE "C" NOT NULL,
  items TEXT COLLATE "C" NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE INDEX paddle_adjustments_transaction ON paddle_adjustments(transaction_id, created_at);
CREATE FUNCTION adjustments_go_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.stage <= OLD.stage OR NEW.transaction_id <> OLD.transaction_id OR NEW.account_id <> OLD.account_id OR NEW.action <> OLD.action
  THEN RAISE EXCEPTION 'an adjustment never goes back' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adjustments_go_forward BEFORE UPDATE ON paddle_adjustments FOR EACH ROW EXECUTE FUNCTION adjustments_go_forward();
CREATE FUNCTION adjustments_own_account() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM paddle_transactions t WHERE t.id = NEW.transaction_id AND t.account_id = NEW.account_id)
  THEN RAISE EXCEPTION 'an adjustment belongs to the account of its payment' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adjustments_own_account BEFORE INSERT ON paddle_adjustments FOR EACH ROW EXECUTE FUNCTION adjustments_own_account();
CREATE TABLE lot_claims (
  account_id TEXT COLLATE "C" NOT NULL, lot_id TEXT COLLATE "C" NOT NULL, credit_type TEXT COLLATE "C" NOT NULL,
  refunded BIGINT NOT NULL DEFAULT 0 CHECK (refunded >= 0), disputed BIGINT NOT NULL DEFAULT 0 CHECK (disputed >= 0),
  in_review BIGINT NOT NULL DEFAULT 0 CHECK (in_review >= 0),
  -- Taken and not returned; owed because a disputed payment was used; paid of that with other credits.
  taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0), owed BIGINT NOT NULL DEFAULT 0 CHECK (owed >= 0), paid BIGINT NOT NULL DEFAULT 0,
  -- The adjustment that last claimed more, the last dispute, and the refund in review.
  claimed_by TEXT COLLATE "C" NOT NULL DEFAULT '', disputed_by TEXT COLLATE "C" NOT NULL DEFAULT '', reviewed_for TEXT COLLATE "C" NOT NULL DEFAULT '',
  position BIGINT NOT NULL, PRIMARY KEY (account_id, lot_id),
  FOREIGN KEY (account_id, lot_id) REFERENCES credit_lots(account_id, id),
  FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  CHECK (taken + owed <= refunded + disputed), CHECK (paid BETWEEN 0 AND owed));
CREATE INDEX lot_claims_owed ON lot_claims(account_id, credit_type, position) WHERE owed > paid;
CREATE FUNCTION lot_claims_fit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM credit_lots l WHERE l.account_id = NEW.account_id AND l.id = NEW.lot_id AND l.credit_type = NEW.credit_type
  AND l.replaces IS NULL AND NEW.refunded + NEW.disputed + NEW.in_review <= l.amount)
  THEN RAISE EXCEPTION 'claims are on a lot of that type and fit into it' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lot_claims_fit BEFORE INSERT ON lot_claims FOR EACH ROW EXECUTE FUNCTION lot_claims_fit();
CREATE FUNCTION lot_claims_still_fit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.account_id <> OLD.account_id OR NEW.lot_id <> OLD.lot_id OR NEW.credit_type <> OLD.credit_type OR NOT EXISTS (SELECT 1 FROM credit_lots l
  WHERE l.account_id = NEW.account_id AND l.id = NEW.lot_id AND NEW.refunded + NEW.disputed + NEW.in_review <= l.amount)
  THEN RAISE EXCEPTION 'claims are on a lot of that type and fit into it' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lot_claims_still_fit BEFORE UPDATE ON lot_claims FOR EACH ROW EXECUTE FUNCTION lot_claims_still_fit();
CREATE FUNCTION lot_claims_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'claims are kept' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER lot_claims_stay BEFORE DELETE ON lot_claims FOR EACH ROW EXECUTE FUNCTION lot_claims_stay();
CREATE TABLE debt_payments (
  account_id TEXT COLLATE "C" NOT NULL, debtor_lot TEXT COLLATE "C" NOT NULL, position BIGINT NOT NULL, payer_lot TEXT COLLATE "C" NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0), returned BIGINT NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND amount),
  PRIMARY KEY (account_id, debtor_lot, position),
  FOREIGN KEY (account_id, debtor_lot) REFERENCES lot_claims(account_id, lot_id),
  FOREIGN KEY (account_id, payer_lot) REFERENCES credit_lots(account_id, id));
CREATE INDEX debt_payments_payer ON debt_payments(account_id, payer_lot);
CREATE FUNCTION debt_payments_go_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.account_id <> OLD.account_id OR NEW.debtor_lot <> OLD.debtor_lot OR NEW.position <> OLD.position OR NEW.payer_lot <> OLD.payer_lot
  OR NEW.amount <> OLD.amount OR NEW.returned < OLD.returned
  THEN RAISE EXCEPTION 'a payment of a debt is only ever returned' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER debt_payments_go_forward BEFORE UPDATE ON debt_payments FOR EACH ROW EXECUTE FUNCTION debt_payments_go_forward();
CREATE FUNCTION debt_payments_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'payments of debts are kept' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER debt_payments_stay BEFORE DELETE ON debt_payments FOR EACH ROW EXECUTE FUNCTION debt_payments_stay();
CREATE TABLE holds (
  account_id TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, credit_type TEXT COLLATE "C" NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0),
  purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('scan','fix','ai','refund_review')), project_id TEXT COLLATE "C", work_ref TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL DEFAULT 'held' CHECK (status IN ('held','spent','restored')),
  spent_amount BIGINT NOT NULL DEFAULT 0, restored_amount BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL, resolved_at BIGINT,
  PRIMARY KEY (account_id, id), UNIQUE (id), FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  CHECK (purpose <> 'refund_review' OR status <> 'spent'),
  CHECK ((status = 'held' AND spent_amount = 0 AND restored_amount = 0 AND resolved_at IS NULL)
      OR (status = 'spent' AND spent_amount > 0 AND restored_amount >= 0 AND spent_amount + restored_amount = amount AND resolved_at IS NOT NULL)
      OR (status = 'restored' AND spent_amount = 0 AND restored_amount = amount AND resolved_at IS NOT NULL)));
CREATE UNIQUE INDEX holds_one_live ON holds(account_id, purpose, work_ref) WHERE status IN ('held','spent');
CREATE FUNCTION holds_terminal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF OLD.status <> 'held' OR NEW.amount <> OLD.amount OR NEW.credit_type <> OLD.credit_type OR NEW.work_ref <> OLD.work_ref OR NEW.account_id <> OLD.account_id
  THEN RAISE EXCEPTION 'hold is resolved or an immutable field changed' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER holds_terminal BEFORE UPDATE ON holds FOR EACH ROW EXECUTE FUNCTION holds_terminal();
CREATE FUNCTION holds_need_billing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.purpose <> 'refund_review' AND NEW.status = 'held' AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = NEW.account_id AND a.billing_state IN ('past_due','blocked','closed'))
  THEN RAISE EXCEPTION 'billing lets no work start' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER holds_need_billing BEFORE INSERT ON holds FOR EACH ROW EXECUTE FUNCTION holds_need_billing();
CREATE TABLE hold_lots (
  account_id TEXT COLLATE "C" NOT NULL, hold_id TEXT COLLATE "C" NOT NULL, lot_id TEXT COLLATE "C" NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0), position BIGINT NOT NULL,
  PRIMARY KEY (account_id, hold_id, lot_id),
  FOREIGN KEY (account_id, hold_id) REFERENCES holds(account_id, id),
  FOREIGN KEY (account_id, lot_id) REFERENCES credit_lots(account_id, id));
CREATE TABLE fix_tasks (
  id TEXT COLLATE "C" PRIMARY KEY, report_id TEXT COLLATE "C" NOT NULL REFERENCES reports(id), project_id TEXT COLLATE "C" NOT NULL REFERENCES projects(id),
  billing_account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), hold_id TEXT COLLATE "C",
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('created','in_progress','awaiting_customer','awaiting_approval','completed','cancelled')),
  delivery_mode TEXT COLLATE "C" NOT NULL, cost BIGINT NOT NULL CHECK (cost >= 0), started_by TEXT COLLATE "C" NOT NULL, created_at BIGINT NOT NULL, ended_at BIGINT,
  CHECK ((cost = 0) = (hold_id IS NULL)),
  FOREIGN KEY (billing_account_id, hold_id) REFERENCES holds(account_id, id));
CREATE INDEX fix_tasks_report ON fix_tasks(report_id, created_at);
CREATE TABLE fix_task_findings (
  fix_task_id TEXT COLLATE "C" NOT NULL REFERENCES fix_tasks(id), finding_id TEXT COLLATE "C" NOT NULL REFERENCES findings(id),
  live BIGINT NOT NULL DEFAULT 1 CHECK (live IN (0,1)), PRIMARY KEY (fix_task_id, finding_id));
CREATE UNIQUE INDEX fix_task_findings_live ON fix_task_findings(finding_id) WHERE live = 1;
CREATE TABLE ledger_entries (
  account_id TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL CHECK (seq > 0), credit_type TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0),
  d_avail BIGINT NOT NULL, d_res BIGINT NOT NULL, d_spent BIGINT NOT NULL,
  avail_after BIGINT NOT NULL CHECK (avail_after >= 0), res_after BIGINT NOT NULL CHECK (res_after >= 0),
  spent_after BIGINT NOT NULL CHECK (spent_after >= 0),
  lot_id TEXT COLLATE "C", hold_id TEXT COLLATE "C",
  cause TEXT COLLATE "C" NOT NULL CHECK (cause IN ('checkout','renewal','hold','expiry','refund','service_credit','chargeback','reversal','debt')),
  cause_ref TEXT COLLATE "C" NOT NULL, project_id TEXT COLLATE "C", actor TEXT COLLATE "C" NOT NULL, created_at BIGINT NOT NULL, prev_hash TEXT COLLATE "C" NOT NULL, hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (account_id, seq),
  -- Each effect happens once, whatever is delivered how often.
  UNIQUE (account_id, credit_type, kind, cause, cause_ref),
  FOREIGN KEY (account_id, credit_type) REFERENCES credit_balances(account_id, credit_type),
  FOREIGN KEY (account_id, lot_id) REFERENCES credit_lots(account_id, id),
  FOREIGN KEY (account_id, hold_id) REFERENCES holds(account_id, id),
  CHECK ((kind = 'refund') = (cause IN ('refund','chargeback','debt')) AND (cause <> 'reversal' OR kind = 'grant')),
  CHECK ((kind IN ('grant','service_credit') AND d_avail =  amount AND d_res = 0       AND d_spent = 0      AND lot_id IS NOT NULL)
      OR (kind = 'reserve'                   AND d_avail = -amount AND d_res = amount  AND d_spent = 0      AND hold_id IS NOT NULL)
      OR (kind = 'spend'                     AND d_avail = 0       AND d_res = -amount AND d_spent = amount AND hold_id IS NOT NULL)
      OR (kind = 'restore'                   AND d_avail = amount  AND d_res = -amount AND d_spent = 0      AND hold_id IS NOT NULL)
      OR (kind IN ('expire','refund')        AND d_avail = -amount AND d_res = 0       AND d_spent = 0      AND lot_id IS NOT NULL)));
CREATE INDEX ledger_by_type ON ledger_entries(account_id, credit_type, seq);
CREATE FUNCTION ledger_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'ledger_entries is append-only' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_no_update();
CREATE FUNCTION ledger_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'ledger_entries is append-only' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_no_delete();
CREATE FUNCTION ledger_matches_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM credit_balances b WHERE b.account_id=NEW.account_id AND b.credit_type=NEW.credit_type
   AND b.avail=NEW.avail_after AND b.res=NEW.res_after AND b.spent=NEW.spent_after)
  OR NEW.avail_after - NEW.d_avail <> COALESCE((SELECT p.avail_after FROM ledger_entries p WHERE p.account_id=NEW.account_id AND p.credit_type=NEW.credit_type AND p.seq<NEW.seq ORDER BY p.seq DESC LIMIT 1),0)
  OR NEW.res_after - NEW.d_res <> COALESCE((SELECT p.res_after FROM ledger_entries p WHERE p.account_id=NEW.account_id AND p.credit_type=NEW.credit_type AND p.seq<NEW.seq ORDER BY p.seq DESC LIMIT 1),0)
  OR NEW.spent_after - NEW.d_spent <> COALESCE((SELECT p.spent_after FROM ledger_entries p WHERE p.account_id=NEW.account_id AND p.credit_type=NEW.credit_type AND p.seq<NEW.seq ORDER BY p.seq DESC LIMIT 1),0)
  OR NEW.seq <> (SELECT a.ledger_seq FROM accounts a WHERE a.id=NEW.account_id)
  THEN RAISE EXCEPTION 'ledger entry does not match balance' USING ERRCODE = '23514'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_matches_balance AFTER INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_matches_balance();
CREATE TABLE fix_task_events (
  fix_task_id TEXT COLLATE "C" NOT NULL REFERENCES fix_tasks(id), seq BIGINT NOT NULL CHECK (seq > 0), kind TEXT COLLATE "C" NOT NULL, actor TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL DEFAULT '', at BIGINT NOT NULL, PRIMARY KEY (fix_task_id, seq));
CREATE FUNCTION fix_task_events_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'fix_task_events is append-only' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER fix_task_events_no_update BEFORE UPDATE ON fix_task_events FOR EACH ROW EXECUTE FUNCTION fix_task_events_no_update();
CREATE FUNCTION fix_task_events_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'fix_task_events is append-only' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER fix_task_events_no_delete BEFORE DELETE ON fix_task_events FOR EACH ROW EXECUTE FUNCTION fix_task_events_no_delete();
CREATE TABLE fix_task_evidence (
  fix_task_id TEXT COLLATE "C" PRIMARY KEY REFERENCES fix_tasks(id), refs TEXT COLLATE "C" NOT NULL, note TEXT COLLATE "C" NOT NULL, applied_at BIGINT NOT NULL,
  recorded_by TEXT COLLATE "C" NOT NULL, recorded_at BIGINT NOT NULL);
CREATE TABLE monitoring_schedules (
  project_id TEXT COLLATE "C" PRIMARY KEY REFERENCES projects(id), frequency TEXT COLLATE "C" NOT NULL CHECK (frequency IN ('daily','weekly','monthly')),
  time_zone TEXT COLLATE "C" NOT NULL, next_at BIGINT, refused_at BIGINT, refused_why TEXT COLLATE "C",
  CHECK ((refused_at IS NULL) = (refused_why IS NULL)));
CREATE INDEX monitoring_schedules_due ON monitoring_schedules(next_at);
CREATE TABLE second_plans (
  subscription_id TEXT COLLATE "C" PRIMARY KEY REFERENCES paddle_subscriptions(id), account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id),
  kept_subscription_id TEXT COLLATE "C" NOT NULL REFERENCES paddle_subscriptions(id), transaction_id TEXT COLLATE "C" NOT NULL, found_at BIGINT NOT NULL,
  -- When the next step is due; none when everything was asked for.
  next_at BIGINT);
CREATE INDEX second_plans_account ON second_plans(account_id);
CREATE INDEX second_plans_due ON second_plans(next_at) WHERE next_at IS NOT NULL;
CREATE TABLE refund_requests (
  id TEXT COLLATE "C" PRIMARY KEY, account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), transaction_id TEXT COLLATE "C" NOT NULL REFERENCES paddle_transactions(id),
  reason TEXT COLLATE "C" NOT NULL CHECK (reason IN ('duplicate_charge','unsupported_before_delivery','quality_gate_blocked','partially_undeliverable')),
  amount BIGINT NOT NULL CHECK (amount > 0), currency_code TEXT COLLATE "C" NOT NULL, asked_by TEXT COLLATE "C" NOT NULL, asked_at BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('asking','asked','refused')), adjustment_id TEXT COLLATE "C" UNIQUE, refusal TEXT COLLATE "C", answered_at BIGINT,
  CHECK ((state = 'asking') = (answered_at IS NULL)), CHECK ((state = 'asked') = (adjustment_id IS NOT NULL)), CHECK ((state = 'refused') = (refusal IS NOT NULL)));
CREATE INDEX refund_requests_transaction ON refund_requests(transaction_id, asked_at);
CREATE UNIQUE INDEX refund_requests_one_open ON refund_requests(transaction_id) WHERE state = 'asking';
CREATE FUNCTION refund_requests_own_account() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM paddle_transactions t WHERE t.id = NEW.transaction_id AND t.account_id = NEW.account_id)
  THEN RAISE EXCEPTION 'a refund is asked for by the account of the payment' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refund_requests_own_account BEFORE INSERT ON refund_requests FOR EACH ROW EXECUTE FUNCTION refund_requests_own_account();
CREATE FUNCTION refund_requests_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF OLD.state <> 'asking' OR NEW.transaction_id <> OLD.transaction_id OR NEW.account_id <> OLD.account_id OR NEW.amount <> OLD.amount OR NEW.reason <> OLD.reason
  THEN RAISE EXCEPTION 'a request is answered once and never changed' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refund_requests_answered_once BEFORE UPDATE ON refund_requests FOR EACH ROW EXECUTE FUNCTION refund_requests_answered_once();
CREATE FUNCTION refund_requests_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'requests are kept' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER refund_requests_stay BEFORE DELETE ON refund_requests FOR EACH ROW EXECUTE FUNCTION refund_requests_stay();
CREATE TABLE service_credits (
  id TEXT COLLATE "C" PRIMARY KEY, account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), transaction_id TEXT COLLATE "C" NOT NULL REFERENCES paddle_transactions(id),
  reason TEXT COLLATE "C" NOT NULL CHECK (reason IN ('duplicate_charge','unsupported_before_delivery','quality_gate_blocked','partially_undeliverable')),
  credit_type TEXT COLLATE "C" NOT NULL CHECK (credit_type IN ('scan','automated_fix','ai')), credits BIGINT NOT NULL CHECK (credits > 0),
  asked_by TEXT COLLATE "C" NOT NULL, asked_at BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('asked','approved','rejected')), decided_by TEXT COLLATE "C", decided_at BIGINT,
  CHECK ((state = 'asked') = (decided_at IS NULL)), CHECK ((decided_at IS NULL) = (decided_by IS NULL)));
CREATE INDEX service_credits_transaction ON service_credits(transaction_id, asked_at);
CREATE INDEX service_credits_open ON service_credits(asked_at) WHERE state = 'asked';
CREATE FUNCTION service_credits_own_account() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM paddle_transactions t WHERE t.id = NEW.transaction_id AND t.account_id = NEW.account_id)
  THEN RAISE EXCEPTION 'a service credit is asked for by the account of the payment' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER service_credits_own_account BEFORE INSERT ON service_credits FOR EACH ROW EXECUTE FUNCTION service_credits_own_account();
CREATE FUNCTION service_credits_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF OLD.state <> 'asked' OR NEW.credits <> OLD.credits OR NEW.credit_type <> OLD.credit_type OR NEW.account_id <> OLD.account_id OR NEW.transaction_id <> OLD.transaction_id
  THEN RAISE EXCEPTION 'a service credit is decided once and never changed' USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER service_credits_decided_once BEFORE UPDATE ON service_credits FOR EACH ROW EXECUTE FUNCTION service_credits_decided_once();
CREATE FUNCTION service_credits_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'service credits are kept' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER service_credits_stay BEFORE DELETE ON service_credits FOR EACH ROW EXECUTE FUNCTION service_credits_stay();
CREATE TABLE errands (
  id TEXT COLLATE "C" PRIMARY KEY, project_id TEXT COLLATE "C" NOT NULL REFERENCES projects(id), kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('discover','prove')),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued','running','done','failed')), asked_by TEXT COLLATE "C" NOT NULL, asked_at BIGINT NOT NULL,
  worker TEXT COLLATE "C", lease TEXT COLLATE "C", lease_until BIGINT, ended_at BIGINT, answer TEXT COLLATE "C", failure TEXT COLLATE "C",
  CHECK ((state IN ('done','failed')) = (ended_at IS NOT NULL)));
CREATE UNIQUE INDEX errands_one_open ON errands(project_id, kind) WHERE state IN ('queued','running');
CREATE INDEX errands_newest ON errands(project_id, kind, asked_at DESC);
CREATE TABLE scope_selections (
  project_id TEXT COLLATE "C" PRIMARY KEY REFERENCES projects(id), pages TEXT COLLATE "C" NOT NULL, manual TEXT COLLATE "C" NOT NULL, digest TEXT COLLATE "C" NOT NULL,
  changed_by TEXT COLLATE "C" NOT NULL, changed_at BIGINT NOT NULL);
CREATE TABLE scope_acceptances (
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects(id), seq BIGINT NOT NULL CHECK (seq > 0), pages TEXT COLLATE "C" NOT NULL, digest TEXT COLLATE "C" NOT NULL,
  accepted_by TEXT COLLATE "C" NOT NULL, accepted_by_name TEXT COLLATE "C" NOT NULL, accepted_at BIGINT NOT NULL, PRIMARY KEY (project_id, seq));
CREATE FUNCTION scope_acceptances_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'scope_acceptances is append-only' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER scope_acceptances_no_update BEFORE UPDATE ON scope_acceptances FOR EACH ROW EXECUTE FUNCTION scope_acceptances_no_update();
CREATE FUNCTION scope_acceptances_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'scope_acceptances is append-only' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER scope_acceptances_no_delete BEFORE DELETE ON scope_acceptances FOR EACH ROW EXECUTE FUNCTION scope_acceptances_no_delete();
CREATE TABLE domain_proofs (
  project_id TEXT COLLATE "C" PRIMARY KEY REFERENCES projects(id), method TEXT COLLATE "C" NOT NULL CHECK (method IN ('dns_txt','meta_tag','file')), token TEXT COLLATE "C" NOT NULL,
  created_by TEXT COLLATE "C" NOT NULL, created_at BIGINT NOT NULL, verified_at BIGINT, holds_until BIGINT,
  CHECK ((verified_at IS NULL) = (holds_until IS NULL)));
CREATE TABLE scan_runs (
  id TEXT COLLATE "C" PRIMARY KEY, project_id TEXT COLLATE "C" NOT NULL REFERENCES projects(id), billing_account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), hold_id TEXT COLLATE "C",
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('queued','running','completed','failed','cancelled')),
  queued_at BIGINT NOT NULL, ended_at BIGINT, failure_reason TEXT COLLATE "C", scanned_pages BIGINT, report_id TEXT COLLATE "C", started_by TEXT COLLATE "C" NOT NULL,
  claimable_at BIGINT NOT NULL DEFAULT 0, started_at BIGINT, worker TEXT COLLATE "C", lease TEXT COLLATE "C", lease_until BIGINT, page_limit BIGINT,
  current_page TEXT COLLATE "C", pages_done BIGINT NOT NULL DEFAULT 0, pages_total BIGINT NOT NULL DEFAULT 0, skipped_more BIGINT NOT NULL DEFAULT 0,
  kind TEXT COLLATE "C" NOT NULL DEFAULT 'audit' CHECK (kind IN ('audit','monitoring','retest')),
  CHECK ((kind = 'audit') = (hold_id IS NOT NULL)),
  FOREIGN KEY (billing_account_id, hold_id) REFERENCES holds(account_id, id));
CREATE UNIQUE INDEX scan_runs_one_open ON scan_runs(project_id) WHERE status IN ('queued','running');
CREATE INDEX scan_runs_project ON scan_runs(project_id, queued_at);
CREATE INDEX scan_runs_open ON scan_runs(status, queued_at) WHERE status IN ('queued','running');
CREATE INDEX scan_runs_payer ON scan_runs(billing_account_id, queued_at);
CREATE TABLE scan_pages (
  scan_run_id TEXT COLLATE "C" NOT NULL REFERENCES scan_runs(id), position BIGINT NOT NULL, url TEXT COLLATE "C" NOT NULL, status BIGINT, skipped TEXT COLLATE "C",
  PRIMARY KEY (scan_run_id, position), CHECK ((status IS NULL) <> (skipped IS NULL)));
CREATE TABLE comparisons (
  scan_run_id TEXT COLLATE "C" PRIMARY KEY REFERENCES scan_runs(id), before_report_id TEXT COLLATE "C" NOT NULL REFERENCES reports(id),
  issues TEXT COLLATE "C" NOT NULL, new_count BIGINT NOT NULL, recurring_count BIGINT NOT NULL, resolved_count BIGINT NOT NULL,
  inconclusive_count BIGINT NOT NULL);
CREATE TABLE retests (
  scan_run_id TEXT COLLATE "C" PRIMARY KEY REFERENCES scan_runs(id), fix_task_id TEXT COLLATE "C" NOT NULL REFERENCES fix_tasks(id), pages TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending','passed','failed','inconclusive')), requested_by TEXT COLLATE "C" NOT NULL,
  requested_at BIGINT NOT NULL, ended_at BIGINT, CHECK ((status = 'pending') = (ended_at IS NULL)));
CREATE UNIQUE INDEX retests_one_open ON retests(fix_task_id) WHERE status = 'pending';
CREATE INDEX retests_task ON retests(fix_task_id, requested_at);
CREATE TABLE retest_results (
  scan_run_id TEXT COLLATE "C" NOT NULL REFERENCES retests(scan_run_id), finding_id TEXT COLLATE "C" NOT NULL REFERENCES findings(id),
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('passed','failed','inconclusive')), reason TEXT COLLATE "C", evidence TEXT COLLATE "C", at BIGINT NOT NULL,
  PRIMARY KEY (scan_run_id, finding_id), CHECK (status <> 'passed' OR evidence IS NOT NULL),
  CHECK (status <> 'inconclusive' OR reason IS NOT NULL));
CREATE INDEX retest_results_finding ON retest_results(finding_id, at);
CREATE TABLE fix_patches (
  fix_task_id TEXT COLLATE "C" PRIMARY KEY REFERENCES fix_tasks(id), version BIGINT NOT NULL CHECK (version > 0), digest TEXT COLLATE "C" NOT NULL,
  files TEXT COLLATE "C" NOT NULL, left_out TEXT COLLATE "C" NOT NULL, drafted_by TEXT COLLATE "C" NOT NULL, drafted_at BIGINT NOT NULL,
  approved_digest TEXT COLLATE "C", approved_by TEXT COLLATE "C", approved_at BIGINT,
  CHECK ((approved_digest IS NULL) = (approved_by IS NULL)), CHECK ((approved_digest IS NULL) = (approved_at IS NULL)),
  CHECK (approved_digest IS NULL OR approved_digest = digest));
CREATE TABLE snapshots (
  id TEXT COLLATE "C" PRIMARY KEY, errand TEXT COLLATE "C" NOT NULL UNIQUE, domain TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued','running','done','failed')), asked_at BIGINT NOT NULL,
  worker TEXT COLLATE "C", lease TEXT COLLATE "C", lease_until BIGINT, ended_at BIGINT, outcome TEXT COLLATE "C", failure TEXT COLLATE "C",
  CHECK ((state IN ('done','failed')) = (ended_at IS NOT NULL)), CHECK ((state = 'done') = (outcome IS NOT NULL)));
CREATE UNIQUE INDEX snapshots_one_open ON snapshots(domain) WHERE state IN ('queued','running');
CREATE INDEX snapshots_newest ON snapshots(domain, asked_at DESC);
CREATE TABLE ai_drafts (
  id TEXT COLLATE "C" PRIMARY KEY, fix_task_id TEXT COLLATE "C" NOT NULL REFERENCES fix_tasks(id), payer_account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id),
  hold_id TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued','running','done','failed')),
  asked_by TEXT COLLATE "C" NOT NULL, asked_at BIGINT NOT NULL, deadline BIGINT NOT NULL, ended_at BIGINT, text TEXT COLLATE "C", why TEXT COLLATE "C");
CREATE UNIQUE INDEX ai_drafts_one_open ON ai_drafts(fix_task_id) WHERE state IN ('queued','running');
CREATE INDEX ai_drafts_task ON ai_drafts(fix_task_id, asked_at);
CREATE TABLE project_access (
  project_id TEXT COLLATE "C" PRIMARY KEY REFERENCES projects(id), provider TEXT COLLATE "C" NOT NULL CHECK (provider IN ('git','github')),
  repository_id TEXT COLLATE "C" NOT NULL, base_branch TEXT COLLATE "C" NOT NULL, status TEXT COLLATE "C" NOT NULL CHECK (status IN ('requested','granted','revoked')),
  requested_by TEXT COLLATE "C" NOT NULL, requested_at BIGINT NOT NULL, granted_by TEXT COLLATE "C", granted_at BIGINT, revoked_by TEXT COLLATE "C", revoked_at BIGINT, token TEXT COLLATE "C");
CREATE TABLE pull_requests (
  fix_task_id TEXT COLLATE "C" PRIMARY KEY REFERENCES fix_tasks(id), digest TEXT COLLATE "C" NOT NULL, branch_name TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL CHECK (status IN ('creating','open','failed')), url TEXT COLLATE "C", commit_id TEXT COLLATE "C", trouble TEXT COLLATE "C", detail TEXT COLLATE "C",
  asked_by TEXT COLLATE "C" NOT NULL, asked_at BIGINT NOT NULL, tries BIGINT NOT NULL DEFAULT 0, next_at BIGINT, ended_at BIGINT);
CREATE INDEX pull_requests_due ON pull_requests(next_at) WHERE status = 'creating';
CREATE TABLE notices (
  id TEXT COLLATE "C" PRIMARY KEY, account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts(id), kind TEXT COLLATE "C" NOT NULL, cause TEXT COLLATE "C" NOT NULL, sentence TEXT COLLATE "C" NOT NULL,
  href TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, until BIGINT, UNIQUE (account_id, kind, cause));
CREATE INDEX notices_newest ON notices (account_id, at DESC);
CREATE TABLE notice_reads (
  notice_id TEXT COLLATE "C" NOT NULL REFERENCES notices(id), user_id TEXT COLLATE "C" NOT NULL REFERENCES users(id), read_at BIGINT NOT NULL, PRIMARY KEY (notice_id, user_id));
CREATE TABLE notice_marks (account_id TEXT COLLATE "C" PRIMARY KEY REFERENCES accounts(id), seq BIGINT NOT NULL);
CREATE TABLE guide_feedback (
  id TEXT COLLATE "C" PRIMARY KEY, guide TEXT COLLATE "C" NOT NULL, version TEXT COLLATE "C" NOT NULL CHECK (length(version) = 12),
  role TEXT COLLATE "C", helpful BIGINT NOT NULL CHECK (helpful IN (0, 1)), missing TEXT COLLATE "C" NOT NULL CHECK (length(missing) <= 1000),
  given_at BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'resolved')), resolved_by TEXT COLLATE "C", resolved_at BIGINT,
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)));
CREATE INDEX guide_feedback_newest ON guide_feedback (given_at DESC, id DESC);
CREATE VIEW retests_now AS SELECT f.report_id, e.finding_id, e.status FROM findings f JOIN retest_results e ON e.finding_id = f.id
  WHERE e.at = (SELECT max(n.at) FROM retest_results n WHERE n.finding_id = f.id);
CREATE VIEW own_subscriptions AS SELECT * FROM paddle_subscriptions WHERE id NOT IN (SELECT subscription_id FROM second_plans);
-- What is append-only is not emptied at once either; SQLite knows no such statement.
CREATE FUNCTION append_only_table() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23514';
END $$;
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION append_only_table();
CREATE TRIGGER fix_task_events_no_truncate BEFORE TRUNCATE ON fix_task_events FOR EACH STATEMENT EXECUTE FUNCTION append_only_table();
CREATE TRIGGER scope_acceptances_no_truncate BEFORE TRUNCATE ON scope_acceptances FOR EACH STATEMENT EXECUTE FUNCTION append_only_table();
