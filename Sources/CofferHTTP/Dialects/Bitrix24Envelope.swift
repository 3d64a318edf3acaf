// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What stands around the result of a Bitrix24 call: the error's name, and the time it took.
struct Bitrix24Envelope: Decodable {
    /// The error's name; in version 3 of the interface it stands in an object.
    let errorCode: String?
    /// What the call's method has used.
    let time: OperatingTime?
    /// What the methods of a batch's commands have used, by the commands' names.
    let innerTimes: [String: OperatingTime]

    private enum Key: String, CodingKey {
        case error, code, time, result
        case innerTimes = "result_time"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let name = try? container.decode(String.self, forKey: .error) {
            errorCode = name
        } else {
            let error = try? container.nestedContainer(keyedBy: Key.self, forKey: .error)
            errorCode = error.flatMap { try? $0.decode(String.self, forKey: .code) }
        }
        time = (try? container.decode(Time.self, forKey: .time))?.operating
        let result = try? container.nestedContainer(keyedBy: Key.self, forKey: .result)
        // An empty one is written `[]`, as PHP does.
        let times = result.flatMap { try? $0.decode([String: Time].self, forKey: .innerTimes) }
        innerTimes = (times ?? [:]).compactMapValues(\.operating)
    }

    /// `time` as it is written: seconds, and a Unix time.
    private struct Time: Decodable {
        let operating: OperatingTime?

        private enum Key: String, CodingKey {
            case operating
            case resetsAt = "operating_reset_at"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            let seconds = try container.decode(Double.self, forKey: .operating)
            let reset = try container.decode(Double.self, forKey: .resetsAt)
            // A number that no clock shows is no statement.
            guard (0...86400).contains(seconds), (0...253_402_300_799).contains(reset) else {
                operating = nil
                return
            }
            operating = OperatingTime(used: .seconds(seconds), resetsAt: Date(timeIntervalSince1970: reset))
        }
    }
}
