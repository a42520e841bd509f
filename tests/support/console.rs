//! The pages of the console, for stories that walk all of them.

/// What the list of pages of a shop's console leads to, by what follows the shop in the address, and whether viewers may
/// see it.
pub const PAGES: [(&str, bool); 16] = [
    ("reviews", true),
    ("picks", true),
    ("cases", true),
    ("faq", true),
    ("surveys", true),
    ("demand", true),
    ("points", true),
    ("rewards", true),
    ("settings", true),
    ("branches", true),
    ("keys", false),
    ("webhooks", false),
    ("deliveries", true),
    ("refunds", true),
    ("staff", false),
    ("audit", false),
];
