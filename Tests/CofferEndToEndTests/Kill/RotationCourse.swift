// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// A way that a rotation takes when nobody disturbs it, program by program.
struct RotationCourse: Sendable, CustomTestStringConvertible {
    let hands: KilledRotation.Hands
    /// `--leak` or `--planned`.
    let mode: String
    /// What each program journals: the first opens the rotation, the others resume it.
    let runs: [[String]]

    var testDescription: String { "\(hands.rawValue) \(mode)" }

    /// Each mode with a person, with vendors' APIs and the registration endpoint, and a static secret with a program: all that a
    /// rotation journals, but the end of one that is given up.
    static let all: [RotationCourse] = drivers.flatMap { asked(by: $0) } + others

    private static let drivers: [KilledRotation.Hands] = [
        .okta, .microsoft, .auth0, .gitlab, .keycloak, .keycloakWithTwo, .registration,
    ]

    /// Both modes of a rotation for which a server is asked.
    private static func asked(by hands: KilledRotation.Hands) -> [RotationCourse] {
        let made = ["secret_requested", "pending_sealed", "pending_probed", "switched"]
        let removed = hands.keepsTwo ? ["old_secret_removed"] : []
        return [
            RotationCourse(
                hands: hands, mode: "--leak",
                runs: [
                    ["opened", "listed", "tainted", "frozen"] + made + removed
                        + ["old_secret_probed", "reissued", "tokens_probed", "closed"]
                ]),
            // Where the old one stays in force meanwhile nothing waits.
            RotationCourse(
                hands: hands, mode: "--planned",
                runs: [
                    ["opened"] + (hands.keepsTwo ? [] : ["frozen"]) + made + ["reissued"] + removed
                        + ["old_secret_probed", "closed"]
                ]),
        ]
    }

    private static let others: [RotationCourse] = [
        RotationCourse(
            hands: .person, mode: "--leak",
            runs: [
                ["opened", "listed", "tainted", "awaiting_operator", "frozen"],
                [
                    "resumed", "pending_sealed", "pending_probed", "switched", "old_secret_probed", "reissued",
                    "tokens_probed", "closed",
                ],
            ]),
        RotationCourse(
            hands: .person, mode: "--planned",
            runs: [
                ["opened", "awaiting_operator", "frozen"],
                [
                    "resumed", "pending_sealed", "pending_probed", "switched", "reissued", "old_secret_probed",
                    "closed",
                ],
            ]),
        RotationCourse(
            hands: .personWithTwo, mode: "--planned",
            runs: [
                ["opened", "awaiting_operator"],
                ["resumed", "pending_sealed", "pending_probed", "switched", "reissued", "awaiting_removal"],
                ["resumed", "old_secret_probed", "closed"],
            ]),
        // That a connection is left to a person is no row of the steps; that its old token was asked about is one.
        RotationCourse(
            hands: .personAnew, mode: "--leak",
            runs: [
                ["opened", "listed", "tainted", "awaiting_operator", "frozen"],
                [
                    "resumed", "pending_sealed", "pending_probed", "switched", "old_secret_probed",
                    "left_tokens_probed", "closed",
                ],
            ]),
        RotationCourse(
            hands: .personBeside, mode: "--planned",
            runs: [
                ["opened", "awaiting_operator"],
                ["resumed", "pending_sealed", "pending_probed", "switched", "awaiting_removal"],
                ["resumed", "old_secret_probed", "closed"],
            ]),
        RotationCourse(
            hands: .program, mode: "--leak",
            runs: [
                [
                    "opened", "tainted", "secret_requested", "pending_sealed", "pending_probed", "switched",
                    "old_secret_removed", "old_secret_probed", "closed",
                ]
            ]),
    ]
}
