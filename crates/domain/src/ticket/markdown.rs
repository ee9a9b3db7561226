//! Tickets as Markdown: what a site sent stays text, whatever a tracker would make of it.

use super::{Ticket, TicketSource};
use std::fmt::Write as _;

/// The whole text.
pub(super) fn text(source: &TicketSource, tickets: &[Ticket]) -> String {
    let mut out = format!(
        "# {}\n\nFindings of {}, scanned {} UTC (report `{}`). This describes work for your own team; nothing was changed on the site.\n",
        plain(&source.report_title),
        plain(&source.domain),
        source.scanned_at.format("%Y-%m-%d %H:%M"),
        source.report_id,
    );
    for ticket in tickets {
        one(&mut out, ticket);
    }
    out
}

fn one(out: &mut String, ticket: &Ticket) {
    let _ = write!(
        out,
        "\n## {}: {}\n\n- Source id: {}\n- Severity: {}, confidence: {}, category: {}\n- Page: {}\n\n### Evidence\n\n{}\n\n### What to do\n\n{}\n\n### Done when\n\n",
        ticket.severity.label(),
        plain(&ticket.title),
        code(&ticket.source_id),
        ticket.severity.label(),
        ticket.confidence.label(),
        plain(&ticket.category),
        code(&ticket.affected_url),
        block(&ticket.evidence),
        plain(&ticket.remediation_snippet),
    );
    for criterion in &ticket.acceptance_criteria {
        let _ = writeln!(
            out,
            "- [ ] {}. Shown by: {}.",
            plain(&criterion.description),
            plain(&criterion.evidence_required)
        );
    }
}

/// Text on one line that means nothing to Markdown, HTML or a tracker.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|'
            | '~' => {
                out.push('\\');
                out.push(letter);
            }
            _ if letter.is_whitespace() || letter.is_control() => out.push(' '),
            _ => out.push(letter),
        }
    }
    out
}

/// Backticks, one more than the text has in a row anywhere, and at least this many.
fn fence(text: &str, least: usize) -> String {
    let longest = text
        .split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}

/// Text in a line of code.
fn code(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let fence = fence(&line, 1);
    format!("{fence} {line} {fence}")
}

/// Text in a block of code.
fn block(text: &str) -> String {
    let fence = fence(text, 3);
    format!("{fence}text\n{text}\n{fence}")
}
