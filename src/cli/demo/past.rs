//! What the sample team went through in the four weeks before: sample data,
//! invented. All of it is done with; the review counts it.

use super::sample::{Deed, Sample};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// The oldest first. Most of the SEV3 were seen too late, three reports of one tool were sorted by hand, and one alarm
/// came four times for nothing.
pub(super) const PAST: &[Sample] = &[
    Sample {
        ago: 27 * DAY,
        by: "dev",
        title: "Tool `export_rows` stops at 10,000 rows without saying so",
        body: "The limit is in no schema.",
        labels: &["SEV3", "exports"],
        deeds: &[
            (27 * DAY - 50, "ben", Deed::Kind("mcp-tool-failure")),
            (23 * DAY, "ben", Deed::Ack),
            (23 * DAY - 10, "ben", Deed::Assign("ben")),
            (21 * DAY, "ben", Deed::Close),
        ],
    },
    Sample {
        ago: 26 * DAY,
        by: "chi",
        title: "Server `search` is down",
        body: "Nobody can look anything up.",
        labels: &["SEV1", "mcp-tool-failure"],
        deeds: &[
            (26 * DAY - 9, "ana", Deed::Ack),
            (26 * DAY - 20, "ana", Deed::Assign("ana")),
            (26 * DAY - 95, "ana", Deed::Close),
        ],
    },
    Sample {
        ago: 25 * DAY,
        by: "ben",
        title: "Latency alarm of the gateway at night",
        body: "",
        labels: &["SEV2"],
        deeds: &[
            (25 * DAY - 12, "ben", Deed::Ack),
            (25 * DAY - 40, "ben", Deed::Note("The nightly backup. Nothing to do.")),
            (25 * DAY - 41, "ben", Deed::NotPlanned),
        ],
    },
    Sample {
        ago: 24 * DAY,
        by: "ana",
        title: "Tool `export_rows` writes dates without their zone",
        body: "",
        labels: &["SEV3", "exports"],
        deeds: &[
            (24 * DAY - 70, "ana", Deed::Kind("mcp-tool-failure")),
            (19 * DAY, "dev", Deed::Ack),
            (18 * DAY, "dev", Deed::Close),
        ],
    },
    Sample {
        ago: 22 * DAY,
        by: "chi",
        title: "Eval `summaries` scores nothing at all",
        body: "The grader's model was retired.",
        labels: &["SEV2", "eval-regression"],
        deeds: &[
            (22 * DAY - 25, "chi", Deed::Ack),
            (22 * DAY - 30, "chi", Deed::Assign("chi")),
            (21 * DAY, "chi", Deed::Close),
        ],
    },
    Sample {
        ago: 20 * DAY,
        by: "ben",
        title: "Latency alarm of the gateway at night, once more",
        body: "",
        labels: &["SEV2"],
        deeds: &[(20 * DAY - 15, "ben", Deed::Ack), (20 * DAY - 30, "ben", Deed::NotPlanned)],
    },
    Sample {
        ago: 19 * DAY,
        by: "dev",
        title: "The rotated key of the cached profiles is not the one that is read",
        body: "",
        labels: &["SEV3", "profile-rotation"],
        deeds: &[
            (14 * DAY, "ben", Deed::Ack),
            (14 * DAY - 5, "ben", Deed::Assign("ben")),
            (13 * DAY, "ben", Deed::Close),
        ],
    },
    Sample {
        ago: 18 * DAY,
        by: "ana",
        title: "Tool `export_rows` loses the last column",
        body: "",
        labels: &["SEV3", "exports"],
        deeds: &[
            (18 * DAY - 45, "chi", Deed::Kind("mcp-tool-failure")),
            (17 * DAY, "ana", Deed::Ack),
            (15 * DAY, "ana", Deed::Close),
        ],
    },
    Sample {
        ago: 17 * DAY,
        by: "chi",
        title: "Server `prod` lists every tool twice",
        body: "Two gateways in front of it merged their lists.",
        labels: &["SEV1", "schema-drift"],
        deeds: &[
            (17 * DAY - 34, "chi", Deed::Ack),
            (17 * DAY - 36, "chi", Deed::Assign("chi")),
            (17 * DAY - 7 * HOUR, "chi", Deed::Close),
        ],
    },
    Sample {
        ago: 16 * DAY,
        by: "dev",
        title: "Baseline of `tool-selection` was taken on another model",
        body: "",
        labels: &["SEV3", "eval-regression"],
        deeds: &[(11 * DAY, "chi", Deed::Ack), (10 * DAY + HOUR, "chi", Deed::Close)],
    },
    Sample {
        ago: 14 * DAY,
        by: "ben",
        title: "Latency alarm of the gateway at night, the third time",
        body: "",
        labels: &["SEV2"],
        deeds: &[(14 * DAY - 8, "chi", Deed::Ack), (14 * DAY - 20, "chi", Deed::NotPlanned)],
    },
    Sample {
        ago: 13 * DAY,
        by: "ana",
        title: "A prompt went out without a note of what it changes",
        body: "",
        labels: &["SEV4"],
        deeds: &[(12 * DAY, "ben", Deed::Ack), (12 * DAY - HOUR, "ben", Deed::Close)],
    },
];
