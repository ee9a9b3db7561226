//! Every operation of the description with a request that must succeed.

use crate::house::{Draft, House, Reply, SCANNER, SECRET, fix_order, signature};
use axum::http::Method;
use chrono::Utc;
use serde_json::{Value, json};
use tower::ServiceExt;

/// What the paths of this console are filled with.
pub(super) struct Ids {
    pub(super) scan: String,
    pub(super) task: String,
    pub(super) checkout: String,
    pub(super) queued: String,
    pub(super) waiting: String,
    pub(super) transaction: String,
    pub(super) running: String,
    pub(super) ticket: String,
    pub(super) applied: String,
    pub(super) done: String,
    pub(super) feedback: String,
    pub(super) service_credit: String,
    pub(super) digest: String,
    pub(super) errand: String,
    pub(super) snapshot: String,
    pub(super) patch: String,
    pub(super) given_up: String,
}

impl Ids {
    pub(super) async fn of(house: &House) -> Self {
        let first = |sql: &'static str| async move {
            sqlx::query_scalar::<_, String>(sql)
                .fetch_one(house.state.store.reader())
                .await
                .unwrap()
        };
        Self {
            scan: first("SELECT id FROM scan_runs WHERE project_id = 'prj_shop' LIMIT 1").await,
            task: first("SELECT id FROM fix_tasks WHERE report_id = 'rep_none' AND status NOT IN ('completed','cancelled') LIMIT 1").await,
            checkout: first("SELECT id FROM checkouts WHERE account_id = 'acc_quayside' AND state = 'returned_pending'").await,
            transaction: Self::used(house).await,
            waiting: "scn_waits".to_owned(),
            queued: first("SELECT id FROM scan_runs WHERE project_id = 'prj_baseline'").await,
            ticket: first("SELECT id FROM fix_tasks WHERE report_id = 'rep_access' AND delivery_mode = 'ticket_only'").await,
            applied: first("SELECT id FROM fix_tasks WHERE report_id = 'rep_ready' AND delivery_mode = 'customer_applied'").await,
            done: first("SELECT t.id FROM fix_tasks t JOIN fix_task_findings x ON x.fix_task_id = t.id WHERE x.finding_id = 'fnd_spring_b'").await,
            digest: first("SELECT digest FROM scope_selections WHERE project_id = 'prj_scope'").await,
            errand: first("SELECT id FROM errands WHERE lease = 'contract'").await,
            given_up: first("SELECT id FROM fix_tasks WHERE report_id = 'rep_ready' AND delivery_mode = 'ticket_only'").await,
            snapshot: first("SELECT id FROM snapshots LIMIT 1").await,
            patch: first("SELECT p.digest FROM fix_patches p JOIN fix_tasks t ON t.id = p.fix_task_id WHERE t.report_id = 'rep_none' AND t.status = 'awaiting_approval' LIMIT 1").await,
            service_credit: first("SELECT id FROM service_credits LIMIT 1").await,
            feedback: first("SELECT id FROM guide_feedback LIMIT 1").await,
            running: first("SELECT id FROM scan_runs WHERE project_id = 'prj_harbor_cafe'").await,
        }
    }

    /// A payment of which more than one scan credit was used.
    pub(super) async fn used(house: &House) -> String {
        sqlx::query_scalar("SELECT txn_id FROM credit_lots WHERE account_id = 'acc_northwind' AND credit_type = 'scan' AND spent > 1 AND replaces IS NULL LIMIT 1")
            .fetch_one(house.state.store.reader())
            .await
            .unwrap()
    }

    /// What another account has in each place.
    pub(super) async fn strangers(house: &House) -> Vec<(&'static str, String)> {
        let first = |sql: &'static str| async move {
            sqlx::query_scalar::<_, String>(sql)
                .fetch_one(house.state.store.reader())
                .await
                .unwrap()
        };
        vec![
            ("account", "acc_beacon".into()),
            (
                "checkout",
                first("SELECT id FROM checkouts WHERE account_id = 'acc_beacon' LIMIT 1").await,
            ),
            (
                "transaction",
                first("SELECT id FROM paddle_transactions WHERE account_id = 'acc_beacon' LIMIT 1")
                    .await,
            ),
            ("project", "prj_corner".into()),
            (
                "scan",
                first("SELECT id FROM scan_runs WHERE project_id = 'prj_corner' LIMIT 1").await,
            ),
            ("report", "rep_corner".into()),
            (
                "task",
                first("SELECT id FROM fix_tasks WHERE report_id = 'rep_corner_first' LIMIT 1")
                    .await,
            ),
        ]
    }

    pub(super) fn fill(&self, path: &str) -> String {
        if path == "/scans/{scan}/cancel" {
            return format!("/scans/{}/cancel", self.waiting);
        }
        let account = if path.contains("{checkout}") {
            "acc_quayside"
        } else {
            "acc_northwind"
        };
        let project = if path.contains("/scope") {
            "prj_scope"
        } else {
            "prj_shop"
        };
        let task = match path.rsplit('/').next() {
            Some("done") => &self.ticket,
            Some("cancel") => &self.given_up,
            Some("evidence") => &self.applied,
            Some("retest") => &self.done,
            _ => &self.task,
        };
        path.replace("{account}", account)
            .replace("{checkout}", &self.checkout)
            .replace("{step}", "returned")
            .replace("{wish}", "cancel")
            .replace("{project}", project)
            .replace("{service}", "monitoring")
            .replace("{switch}", "pause")
            .replace("{scan}", &self.scan)
            .replace("{report}", "rep_ready")
            .replace("{task}", task)
            .replace("{format}", "markdown")
            .replace("{transaction}", &self.transaction)
            .replace("{feedback}", &self.feedback)
            .replace("{service_credit}", &self.service_credit)
            .replace("{event}", "evt_stray")
            .replace("{notice}", "ntc_read")
            .replace("{decision}", "reject")
            .replace("{snapshot}", &self.snapshot)
            .replace("{section}", "billing")
            .replace("{name}", "scan-credits")
    }
}

/// An operation with a request that must succeed; what it needs is read from the description.
pub(super) struct Case {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) filled: String,
    pub(super) body: Option<Value>,
    pub(super) status: u16,
    operation: Value,
}

impl Case {
    pub(super) fn is(&self, method: &Method, path: &str) -> bool {
        self.method == *method && self.path == path
    }

    /// Needs an idempotency key.
    pub(super) fn keyed(&self) -> bool {
        let parameters = self.operation["parameters"].as_array();
        let mut parameters = parameters.into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == "Idempotency-Key")
    }

    /// Anybody may ask, or somebody else than people.
    pub(super) fn open(&self) -> bool {
        self.operation.get("security").is_some()
    }

    /// Reads JSON; the webhook has its own rules, which `payments` tests.
    pub(super) fn reads_json(&self) -> bool {
        let signed = !self.operation["security"][0]["provider"].is_null();
        (self.operation.get("requestBody").is_some() || self.keyed()) && !signed
    }

    /// The schema of its answer.
    pub(super) fn schema(&self) -> Option<&str> {
        let answer = &self.operation["responses"][self.status.to_string()];
        let reference = answer["content"]["application/json"]["schema"]["$ref"].as_str()?;
        reference.rsplit('/').next()
    }

    pub(super) fn draft(&self, house: &House, cookie: &str) -> Draft {
        self.draft_at(house, cookie, &self.filled)
    }

    pub(super) fn draft_at(&self, house: &House, cookie: &str, path: &str) -> Draft {
        let mut draft = Draft::new(self.method.clone(), path);
        // Signing in ends the sign-in that comes along, which the others use.
        if self.path != "/sign-in" {
            draft = draft.header("cookie", cookie);
        }
        if self.keyed() {
            draft = draft.header("idempotency-key", &house.key());
        }
        if self.path.starts_with("/scanner/") {
            draft = draft.header("x-scanner-secret", SCANNER);
        }
        match &self.body {
            Some(body) if self.path == "/webhooks/paddle" => {
                let now = Utc::now().timestamp();
                draft
                    .header(
                        "paddle-signature",
                        &signature(SECRET, now, body.to_string().as_bytes()),
                    )
                    .json(body)
            }
            Some(body) => draft.json(body),
            None => draft,
        }
    }
}

/// The description as JSON.
pub(super) fn description() -> Value {
    serde_json::to_value(server::http::description()).unwrap()
}

/// Evidence that can be recorded.
fn evidence() -> Value {
    json!({
        "account_id": "acc_northwind", "note": "Changed.", "applied_at": "2026-03-02T12:00:00Z",
        "references": [{ "kind": "component", "value": "theme" }],
    })
}

pub(super) fn wanted_access() -> Value {
    json!({ "account_id": "acc_northwind", "provider": "git", "repository_id": "shop.git", "base_branch": "main" })
}

/// The body that an operation must succeed with. One that is new in the description has to be given its own here.
fn body(ids: &Ids, method: &Method, path: &str) -> Option<Value> {
    if *method == Method::GET {
        return None;
    }
    match path {
        "/sign-in" => {
            Some(json!({ "email": "dana@northwind.example", "password": server::demo::PASSWORD }))
        }
        "/session/account" | "/fix-tasks/{task}/retest" => {
            Some(json!({ "account_id": "acc_harbor" }))
        }
        "/accounts/{account}/checkouts" => {
            Some(json!({ "item_key": "scan_credits", "quantity": 1 }))
        }
        "/accounts/{account}/transactions/{transaction}/refund" => {
            Some(json!({ "reason": "partially_undeliverable", "amount": 100 }))
        }
        "/accounts/{account}/transactions/{transaction}/service-credit" => {
            Some(json!({ "reason": "quality_gate_blocked", "credit_type": "scan", "credits": 1 }))
        }
        "/accounts/{account}/plan-changes/{wish}" => Some(json!({ "agreed_charge": "300.00 USD" })),
        "/accounts/{account}/projects" => {
            Some(json!({ "name": "Tea house", "domain": "https://tea.northwind.example/" }))
        }
        "/projects/{project}/monitoring/schedule" => Some(
            json!({ "account_id": "acc_northwind", "monitoring_frequency": "daily", "time_zone": "Europe/Berlin" }),
        ),
        "/projects/{project}/scope/selection" => {
            Some(json!({ "account_id": "acc_northwind", "pages": [], "manual": ["/new"] }))
        }
        "/projects/{project}/scope/accept" => {
            Some(json!({ "account_id": "acc_northwind", "digest": ids.digest, "accept": true }))
        }
        "/projects/{project}/proof/challenge" => {
            Some(json!({ "account_id": "acc_northwind", "method": "file" }))
        }
        "/scanner/errands/results" => Some(
            json!({ "errand_id": ids.errand, "lease": "contract", "outcome": { "kind": "failed", "why": "Away." } }),
        ),
        "/projects/{project}/scans"
        | "/projects/{project}/scope/discovery"
        | "/projects/{project}/proof/check"
        | "/projects/{project}/services/{service}/{switch}"
        | "/scans/{scan}/cancel"
        | "/fix-tasks/{task}/cancel"
        | "/fix-tasks/{task}/ai-drafts"
        | "/projects/{project}/access/grant"
        | "/projects/{project}/access/revoke"
        | "/fix-tasks/{task}/done" => Some(json!({ "account_id": "acc_northwind" })),
        "/reports/{report}/fix-workflow" => Some(fix_order(
            "acc_northwind",
            &["fnd_ready_csp"],
            "review_only_patch",
            1,
        )),
        "/fix-tasks/{task}/evidence" => Some(evidence()),
        "/fix-tasks/{task}/patch" => {
            Some(json!({ "account_id": "acc_northwind", "leave_out": [] }))
        }
        "/fix-tasks/{task}/patch/approve" | "/fix-tasks/{task}/pull-request" => {
            Some(json!({ "account_id": "acc_northwind", "digest": ids.patch }))
        }
        "/projects/{project}/access" => Some(wanted_access()),
        "/reports/{report}/finding-marks" => Some(
            json!({ "account_id": "acc_northwind", "finding_ids": ["fnd_ready_cookie"], "mark": "needs_review" }),
        ),
        "/snapshots" => Some(json!({ "domain": "shop.example.com" })),
        "/guides/{section}/{name}/feedback" => {
            Some(json!({ "helpful": true, "version": "0123456789ab" }))
        }
        "/scanner/claims" | "/scanner/errands/claims" => Some(json!({ "worker": "contract" })),
        "/scanner/progress" => Some(
            json!({ "scan_run_id": ids.running, "lease": "contract", "pages_done": 1, "pages_total": 2 }),
        ),
        "/scanner/results" => Some(json!({ "scan_run_id": ids.queued, "status": "completed" })),
        "/webhooks/paddle" => Some(
            json!({ "event_id": "evt_contract", "event_type": "product.updated", "occurred_at": "2026-11-21T10:00:00Z", "data": { "id": "pro_1" } }),
        ),
        "/accounts/{account}/payment-method"
        | "/accounts/{account}/payment-provider/ask"
        | "/operator/provider-events/{event}/retry"
        | "/accounts/{account}/billing-portal"
        | "/notices/{notice}/read"
        | "/sign-out"
        | "/operator/guide-feedback/{feedback}/resolve"
        | "/operator/service-credits/{service_credit}/{decision}"
        | "/accounts/{account}/checkouts/{checkout}/{step}" => None,
        other => panic!("{other} is new: give it a body that must succeed"),
    }
}

/// Every operation of the description.
pub(super) fn cases(ids: &Ids) -> Vec<Case> {
    let description = description();
    let paths = description["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap();
        item.iter()
            .map(move |(method, operation)| (path, method, operation))
    });
    operations
        .map(|(path, method, operation)| {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let path = path.strip_prefix("/api/v1").unwrap().to_owned();
            let mut statuses = operation["responses"].as_object().unwrap().keys();
            let status = statuses.find(|status| status.starts_with('2')).unwrap();
            Case {
                filled: ids.fill(&path),
                body: body(ids, &method, &path),
                status: status.parse().unwrap(),
                operation: operation.clone(),
                path,
                method,
            }
        })
        .collect()
}

/// Sends; an event stream is not read to its end.
pub(super) async fn ask(house: &House, draft: Draft) -> Reply {
    let response = house.router.clone().oneshot(draft.build()).await.unwrap();
    let stream = response
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind == "text/event-stream");
    let (parts, body) = response.into_parts();
    let body = if stream {
        axum::body::Bytes::new()
    } else {
        axum::body::to_bytes(body, usize::MAX).await.unwrap()
    };
    Reply {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}
impl Case {
    /// A part of this operation's path with our own ids in it.
    pub(super) fn filled_part(&self, part: &str) -> String {
        let names: Vec<&str> = self.path.split('/').collect();
        let values: Vec<&str> = self.filled.split('/').collect();
        let mut part = part.to_owned();
        for (name, value) in names
            .into_iter()
            .zip(values)
            .filter(|(name, _)| name.starts_with('{'))
        {
            part = part.replace(name, value);
        }
        part
    }
}
