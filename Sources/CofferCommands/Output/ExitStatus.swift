// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// How a command ends, for scripts; the numbers stand in docs and never change.
///
/// 64 to 78 are those of sysexits(3), 80 to 86 are Coffer's, 126 and 127 are a shell's for a command that it can't run, 130 and
/// 143 its way to say that a signal ended it.
enum ExitStatus: Int32, CaseIterable, Sendable {
    /// Done.
    case done = 0
    /// Failed, no better class.
    case failed = 1
    /// Usage, path or reference.
    case usage = 64
    /// The vault, or what was read, is damaged, foreign or tampered with.
    case damaged = 65
    /// No such vault, identity, entry or file.
    case notFound = 66
    /// Provider, store or agent not reachable.
    case unreachable = 69
    /// A bug in Coffer.
    case bug = 70
    /// Can't write, disk full.
    case cannotWrite = 73
    /// Input or output error, closed pipe.
    case inputOutput = 74
    /// Try later: busy, rate-limited, in cool-down, frozen.
    case tryLater = 75
    /// The provider's answer makes no sense.
    case nonsense = 76
    /// Not permitted: wrong identity, role too low.
    case notPermitted = 77
    /// Configuration: file mode, unknown provider, newer vault, bad description.
    case configuration = 78
    /// Needs re-authorisation by a person.
    case needsReauthorization = 80
    /// The provider has blocked us or wants payment.
    case blocked = 81
    /// Waits for an operator.
    case awaitsOperator = 82
    /// Finished, but something is unproven.
    case unproven = 83
    /// The app is being rotated and its tokens are on hold.
    case onHold = 84
    /// A leak was found.
    case leakFound = 85
    /// Expired, and only an issuer can refresh it.
    case needsIssuer = 86
    /// The command of `run` can't be executed, as shells have it.
    case notExecutable = 126
    /// The command of `run` does not exist, as shells have it.
    case noCommand = 127
    /// Interrupted by SIGINT.
    case interrupted = 130
    /// Ended by SIGTERM.
    case terminated = 143
}

// MARK: - The table of codes

extension ExitStatus {
    /// The status that an error's code maps to, whichever module it comes from.
    ///
    /// One table: a code means the same in every module. A code that is missing here is a failure
    /// without a better class.
    static let byCode: [String: ExitStatus] = [
        "access_denied": .needsReauthorization,
        "account_mismatch": .usage,
        "agent_running": .tryLater,
        "already_exists": .usage,
        "ambiguous_proof": .usage,
        "blocked": .blocked,
        "bad_description": .configuration,
        "busy": .tryLater,
        "callback_mismatch": .nonsense,
        "cancelled": .failed,
        "cannot_listen": .unreachable,
        "cannot_write": .cannotWrite,
        "certificate": .unreachable,
        "closed_pipe": .inputOutput,
        "configuration": .configuration,
        "conflict": .tryLater,
        "cool_down": .tryLater,
        "damaged": .damaged,
        "disk_full": .cannotWrite,
        "exists": .usage,
        "expired": .needsIssuer,
        "folder": .cannotWrite,
        "foreign_webhook": .damaged,
        "frozen": .tryLater,
        "held": .onHold,
        "identity": .notFound,
        "indeterminate": .tryLater,
        "input_empty": .usage,
        "input_not_text": .damaged,
        "input_output": .inputOutput,
        "input_too_large": .damaged,
        "internal": .bug,
        "interrupted": .interrupted,
        "invalid": .damaged,
        "invalid_id": .usage,
        "invalid_identity": .damaged,
        "invalid_issuer": .nonsense,
        "invalid_name": .usage,
        "invalid_path": .usage,
        "leaked_key": .damaged,
        "lock_timeout": .tryLater,
        "locked": .awaitsOperator,
        "malformed_webhook": .damaged,
        "misconfigured": .configuration,
        "missing": .notFound,
        "moved": .configuration,
        "needs_issuer": .needsIssuer,
        "needs_reauthorization": .needsReauthorization,
        "newer_format": .configuration,
        "no_answer": .tryLater,
        "no_command": .noCommand,
        "no_proof": .damaged,
        "no_provider": .configuration,
        "no_terminal": .usage,
        "no_webhook_key": .notFound,
        "nonsense": .nonsense,
        "not_a_vault": .damaged,
        "not_accepted": .notPermitted,
        "not_confirmed": .failed,
        "not_empty": .usage,
        "not_executable": .notExecutable,
        "not_found": .notFound,
        "not_permitted": .notPermitted,
        "older_format": .configuration,
        "outdated_proof": .damaged,
        "payment_required": .blocked,
        "plain_http": .configuration,
        "rate_limited": .tryLater,
        "redirect": .nonsense,
        "refused_host": .configuration,
        "replayed_proof": .damaged,
        "rotating": .onHold,
        "spent": .needsReauthorization,
        "spilled": .cannotWrite,
        "superseded": .tryLater,
        "terminated": .terminated,
        "timed_out": .unreachable,
        "too_large": .damaged,
        "too_short": .tryLater,
        "unanswered": .tryLater,
        "unavailable": .unreachable,
        "unknown_name": .usage,
        "unknown_provider": .configuration,
        "unreachable": .unreachable,
        "unrepresentable": .usage,
        "unrestorable": .damaged,
        "unsafe_permissions": .configuration,
        "unsuitable_file_system": .configuration,
        "unsupported": .configuration,
        "unusable_client_id": .usage,
        "unusable_secret": .usage,
        "usage": .usage,
        "webhook_too_large": .damaged,
        "wrong_fingerprint": .notPermitted,
        "wrong_identity": .notPermitted,
        "wrong_kind": .usage,
        "wrong_passphrase": .notPermitted,
        "wrong_proof": .damaged,
    ]

    /// The status for an error's code; ``failed`` for one that is not in the table.
    init(code: String) {
        self = Self.byCode[code] ?? .failed
    }
}
