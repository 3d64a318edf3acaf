// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

/// What a program answered: the one JSON document on its standard output, read strictly.
///
/// A program that sends what nobody asked for may mean something else than is understood, so that what is not known is
/// refused and not passed over.
enum ProgramAnswer: Sendable, Equatable {
    /// A secret: one that it has made, or, when asked to look, one that it found.
    case secret(Secret)
    /// There is none of the request that was asked about.
    case absent
    /// The old secret is gone.
    case removed
    /// A value is accepted where it is used.
    case accepted
    /// A value is refused where it is used.
    case refused
    /// Whether a value is accepted can't be told.
    case unknown
    /// A person must do it.
    case person

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - text: what the program printed.
    ///   - request: what it was asked.
    /// - Throws: ``ProgramFault``, which repeats nothing of the answer.
    init(_ text: Secret, to request: ProgramRequest) throws(ProgramFault) {
        let reading = JSONReader.read(text)
        guard reading.isWhole, let value = reading.value, case .object(let members) = value else {
            throw Self.fault("answered with something that is not one JSON object")
        }
        guard Set(members.map(\.name)).count == members.count else {
            throw Self.fault("answered with a member that stands twice")
        }
        guard case .number(ProgramRequest.version)? = value["version"] else {
            throw Self.fault("answered in another version than \(ProgramRequest.version)")
        }
        let words = Self.results(of: request.operation)
        guard case .text(let stated)? = value["result"], let result = words.first(where: { Secret($0) == stated })
        else {
            throw Self.fault("answered with a result that is none of \(words.joined(separator: ", "))")
        }
        let hasSecret = result == "made" || result == "held"
        let member = request.subject.name
        let known: Set = hasSecret ? ["version", "result", member] : ["version", "result"]
        guard known.isSuperset(of: members.map(\.name)) else {
            throw Self.fault("answered with a member that does not belong to the result \(result)")
        }
        switch result {
        case "absent": self = .absent
        case "removed": self = .removed
        case "operator": self = .person
        case "accepted": self = .accepted
        case "refused": self = .refused
        case "unknown": self = .unknown
        default:
            guard case .text(let secret)? = value[member] else {
                throw Self.fault("answered without a \(member)")
            }
            self = .secret(secret)
        }
    }

    /// Reads an answer, or says why it is none.
    static func reading(
        _ text: Secret, to request: ProgramRequest
    ) -> Result<ProgramAnswer, ProgramFault> {
        do { return .success(try ProgramAnswer(text, to: request)) } catch { return .failure(error) }
    }

    /// The results that an operation can have.
    private static func results(of operation: ProgramRequest.Operation) -> [String] {
        switch operation {
        case .inspect: ["held", "absent", "operator"]
        case .replace, .add: ["made", "operator"]
        case .remove: ["removed", "operator"]
        case .check: ["accepted", "refused", "unknown"]
        }
    }

    private static func fault(_ words: String) -> ProgramFault { ProgramFault(.nonsense, words) }
}
