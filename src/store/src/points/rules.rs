//! The rules: a draft that somebody writes, and versions that somebody else has published, each for good.

use crate::audit::{Actor, fields_of};
use crate::db::{Row, Sql};
use crate::ids::now;
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::points::rules::{NewDraft, PointRules, RulesBook, RulesDraft, RulesVersion};
use bookplate_wire::{ShopId, StaffId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Why rules were not published; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesRefusal {
    /// The draft has another revision by now, or there is none.
    Changed,
    /// It was written by who wants to publish it.
    SecondPerson,
    /// There is no version with this number.
    NoVersion,
}

/// The first rules of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The rules, checked ([`PointRules::checked`]).
    pub rules: PointRules,
    /// The day since which orders count, `YYYY-MM-DD` in the shop's time zone; `None` for this moment.
    pub since: Option<String>,
}

/// Versions of the rules by when they were published.
pub(super) struct Versions {
    published: Vec<(u32, i64)>,
    has_referrals: bool,
    read: BTreeMap<u32, PointRules>,
}

impl Versions {
    /// The versions of a shop; `None` where it has no points.
    pub(super) fn of(db: &mut Db, shop: &ShopId) -> Result<Option<Self>, StoreError> {
        let rows = Sql::new(
            "SELECT version, published_at, gives_referrals FROM point_rules WHERE shop_id = $1 ORDER BY version",
        )
        .arg(shop)
        .rows(db)?;
        if rows.is_empty() {
            return Ok(None);
        }
        let (mut published, mut has_referrals) = (Vec::with_capacity(rows.len()), false);
        for row in &rows {
            published.push((row.get("version")?, row.get("published_at")?));
            has_referrals |= row.get::<bool>("gives_referrals")?;
        }
        Ok(Some(Self {
            published,
            has_referrals,
            read: BTreeMap::new(),
        }))
    }

    /// Whether there can be invitations that were taken: a version gives something for them, or has given it.
    pub(super) fn has_referrals(&self) -> bool {
        self.has_referrals
    }

    /// The version that was in force at an instant, if any was.
    pub(super) fn at(&self, instant: i64) -> Option<u32> {
        let before = self.published.iter().rev();
        let mut before = before.skip_while(|(_, at)| *at > instant);
        before.next().map(|(version, _)| *version)
    }

    /// The version that is in force now.
    pub(super) fn latest(&self) -> u32 {
        self.published.last().map_or(0, |(version, _)| *version)
    }

    /// When the version after one was published: until then it is in force.
    pub(super) fn end_of(&self, version: u32) -> i64 {
        let mut later = self.published.iter();
        let next = later.find(|(number, _)| *number > version);
        next.map_or(i64::MAX, |(_, at)| *at)
    }

    /// The text of a version.
    pub(super) fn rules(
        &mut self,
        db: &mut Db,
        shop: &ShopId,
        version: u32,
    ) -> Result<&PointRules, StoreError> {
        Ok(match self.read.entry(version) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(place) => {
                let text: Option<String> =
                    Sql::new("SELECT rules FROM point_rules WHERE shop_id = $1 AND version = $2")
                        .arg(shop)
                        .arg(version)
                        .value(db)?;
                place.insert(parsed(&text.unwrap_or_default())?)
            }
        })
    }
}

fn parsed(text: &str) -> Result<PointRules, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("point_rules.rules"))
}

fn written(rules: &PointRules) -> Result<String, StoreError> {
    serde_json::to_string(rules).map_err(|_| StoreError::Corrupt("point_rules.rules"))
}

/// What is told of who has published what the command line has.
const COMMAND: &str = "bookplate";

/// Who stands for the command line where somebody of the staff has to.
fn nobody() -> Result<StaffId, StoreError> {
    StaffId::from_digits("0".repeat(32)).map_err(|_| StoreError::Corrupt("staff.id"))
}

fn rules_lock(shop: &ShopId) -> String {
    format!("point rules {shop}")
}

impl Db {
    /// Whether a shop has points: whether rules were ever published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn has_points(&mut self, shop: &ShopId) -> Result<bool, StoreError> {
        let found = Sql::new("SELECT version FROM point_rules WHERE shop_id = $1 LIMIT 1")
            .arg(shop)
            .row(self)?;
        Ok(found.is_some())
    }

    /// A shop's rules: the draft, and all versions.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn point_rules(&mut self, shop: &ShopId) -> Result<RulesBook, StoreError> {
        let versions = Sql::new(
            "SELECT r.version, r.rules, r.note, r.drafted_by, r.published_by, r.restores, r.published_at, \
             COALESCE(NULLIF(d.name, ''), d.email, '') AS drafter, COALESCE(NULLIF(p.name, ''), p.email, '') AS publisher \
             FROM point_rules r LEFT JOIN staff d ON d.id = r.drafted_by LEFT JOIN staff p ON p.id = r.published_by \
             WHERE r.shop_id = $1 ORDER BY r.version DESC",
        )
        .arg(shop)
        .rows(self)?;
        Ok(RulesBook {
            versions: versions.iter().map(version_of).collect::<Result<_, _>>()?,
            draft: self.point_rule_draft(shop)?,
        })
    }

    fn point_rule_draft(&mut self, shop: &ShopId) -> Result<Option<RulesDraft>, StoreError> {
        Sql::new(
            "SELECT r.rules, r.note, r.revision, r.drafted_by, r.drafted_at, \
             COALESCE(NULLIF(d.name, ''), d.email, '') AS drafter \
             FROM point_rule_drafts r LEFT JOIN staff d ON d.id = r.drafted_by WHERE r.shop_id = $1",
        )
        .arg(shop)
        .row(self)?
        .map(|row| {
            Ok(RulesDraft {
                rules: parsed(&row.get::<String>("rules")?)?,
                note: row.get("note")?,
                revision: row.get("revision")?,
                by: row.get("drafted_by")?,
                by_name: row.get("drafter")?,
                at: row.get("drafted_at")?,
            })
        })
        .transpose()
    }

    /// Writes the draft of a shop's rules, checked ([`NewDraft::checked`]), in place of the one before. The same draft by the same
    /// person changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn draft_point_rules(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        new: &NewDraft,
    ) -> Result<RulesDraft, StoreError> {
        self.lock([rules_lock(shop)])?;
        let old = self.point_rule_draft(shop)?;
        if let Some(old) = &old
            && (&old.rules, &old.note, &old.by) == (&new.rules, &new.note, by)
        {
            return Ok(old.clone());
        }
        // It rises on after a publication too: a form from before is no draft of after.
        let published: Option<i64> =
            Sql::new("SELECT MAX(version) FROM point_rules WHERE shop_id = $1")
                .arg(shop)
                .value::<Option<i64>>(self)?
                .flatten();
        let revision = match &old {
            Some(old) => i64::from(old.revision) + 1,
            None => published.unwrap_or(0) * 1_000 + 1,
        };
        Sql::new(
            "INSERT INTO point_rule_drafts (shop_id, rules, note, revision, drafted_by, drafted_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shop_id) DO UPDATE SET rules = excluded.rules, \
             note = excluded.note, revision = excluded.revision, drafted_by = excluded.drafted_by, \
             drafted_at = excluded.drafted_at",
        )
        .arg(shop)
        .arg(written(&new.rules)?)
        .arg(&new.note)
        .arg(revision)
        .arg(by)
        .arg(now())
        .run(self)?;
        let after = fields_of([("note", new.note.clone())]);
        let both = (&Fields::new(), &after);
        let by = Actor::Staff(by.clone());
        self.audit(shop, &by, Action::PointRulesDrafted, "", both)?;
        let draft = self.point_rule_draft(shop)?;
        draft.ok_or(StoreError::Corrupt("point_rule_drafts"))
    }

    /// Publishes the draft with this revision as a new version. Who has written it cannot.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn publish_point_rules(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        revision: u32,
    ) -> Result<Result<u32, RulesRefusal>, StoreError> {
        self.lock([rules_lock(shop)])?;
        let draft = self.point_rule_draft(shop)?;
        let Some(draft) = draft.filter(|draft| draft.revision == revision) else {
            return Ok(Err(RulesRefusal::Changed));
        };
        if draft.by == *by {
            return Ok(Err(RulesRefusal::SecondPerson));
        }
        Sql::new("DELETE FROM point_rule_drafts WHERE shop_id = $1")
            .arg(shop)
            .run(self)?;
        let version = self.add_point_rules(
            shop,
            (&draft.by, by),
            (&draft.rules, &draft.note),
            (None, now()),
        )?;
        let after = fields_of([("version", version.to_string()), ("note", draft.note)]);
        let both = (&Fields::new(), &after);
        let by = Actor::Staff(by.clone());
        self.audit(shop, &by, Action::PointRulesPublished, "", both)?;
        Ok(Ok(version))
    }

    /// Has the text of an older version count again, as a new version. Two people have agreed to that text already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn restore_point_rules(
        &mut self,
        by: &StaffId,
        shop: &ShopId,
        version: u32,
    ) -> Result<Result<u32, RulesRefusal>, StoreError> {
        self.lock([rules_lock(shop)])?;
        let row = Sql::new(
            "SELECT rules, note, drafted_by FROM point_rules WHERE shop_id = $1 AND version = $2",
        )
        .arg(shop)
        .arg(version)
        .row(self)?;
        let Some(row) = row else {
            return Ok(Err(RulesRefusal::NoVersion));
        };
        let rules = parsed(&row.get::<String>("rules")?)?;
        let note: String = row.get("note")?;
        let drafted_by: StaffId = row.get("drafted_by")?;
        let new = self.add_point_rules(
            shop,
            (&drafted_by, by),
            (&rules, &note),
            (Some(version), now()),
        )?;
        let before = fields_of([("version", version.to_string())]);
        let after = fields_of([("version", new.to_string())]);
        let by = Actor::Staff(by.clone());
        self.audit(shop, &by, Action::PointRulesRestored, "", (&before, &after))?;
        Ok(Ok(new))
    }

    /// Publishes a shop's first rules, as whoever holds the server may; `false` where it has rules already, and nothing has
    /// changed then.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn begin_points(&mut self, shop: &ShopId, begin: &Beginning) -> Result<bool, StoreError> {
        self.lock([rules_lock(shop)])?;
        if self.has_points(shop)? {
            return Ok(false);
        }
        let at = match &begin.since {
            Some(since) => self.calendar(shop)?.begins(since).min(now()),
            None => now(),
        };
        let nobody = nobody()?;
        let (people, text) = ((&nobody, &nobody), (&begin.rules, ""));
        let version = self.add_point_rules(shop, people, text, (None, at))?;
        let after = fields_of([("version", version.to_string())]);
        let both = (&Fields::new(), &after);
        self.audit(shop, &Actor::Command, Action::PointRulesPublished, "", both)?;
        Ok(true)
    }

    fn add_point_rules(
        &mut self,
        shop: &ShopId,
        (drafted_by, published_by): (&StaffId, &StaffId),
        (rules, note): (&PointRules, &str),
        (restores, at): (Option<u32>, i64),
    ) -> Result<u32, StoreError> {
        let latest = Sql::new(
            "SELECT version, published_at, rules FROM point_rules WHERE shop_id = $1 ORDER BY version DESC LIMIT 1",
        )
        .arg(shop)
        .row(self)?;
        let (version, published_at, before) = match latest {
            None => (0, 0, None),
            Some(row) => (
                row.get::<u32>("version")?,
                row.get::<i64>("published_at")?,
                parsed(&row.get::<String>("rules")?)?.tiers,
            ),
        };
        Sql::new(
            "INSERT INTO point_rules (shop_id, version, rules, note, drafted_by, published_by, restores, published_at, \
             gives_referrals) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .arg(shop)
        .arg(version + 1)
        .arg(written(rules)?)
        .arg(note)
        .arg(drafted_by)
        .arg(published_by)
        .arg(restores)
        // Versions follow each other, whatever a clock does.
        .arg(at.max(published_at + 1))
        .arg(rules.referral.is_some())
        .run(self)?;
        if before != rules.tiers {
            self.begin_tier_review(shop, version + 1)?;
        }
        Ok(version + 1)
    }
}

fn version_of(row: &Row) -> Result<RulesVersion, StoreError> {
    let nobody = nobody()?;
    // What the command line has published says so.
    let name = |by: &'static str, name: &'static str| -> Result<String, StoreError> {
        let is_command = row.get::<StaffId>(by)? == nobody;
        Ok(if is_command {
            COMMAND.to_owned()
        } else {
            row.get(name)?
        })
    };
    Ok(RulesVersion {
        version: row.get("version")?,
        rules: parsed(&row.get::<String>("rules")?)?,
        note: row.get("note")?,
        drafted_by: row.get("drafted_by")?,
        drafted_by_name: name("drafted_by", "drafter")?,
        published_by: row.get("published_by")?,
        published_by_name: name("published_by", "publisher")?,
        restores: row.get("restores")?,
        at: row.get("published_at")?,
    })
}
