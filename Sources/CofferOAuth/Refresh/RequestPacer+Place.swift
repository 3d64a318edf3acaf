// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension RequestPacer {
    /// A place that was given.
    package struct Place: Sendable, Equatable {
        /// One bucket's part of it.
        struct Seat: Sendable, Equatable {
            let bucket: PaceBucket
            let ticket: PaceTicket
            /// What is kept free behind it.
            let room: Duration
        }

        /// From when on whoever comes is late: as if the process had stood still as soon as it had asked the ledger.
        let due: Duration
        /// When to go: as if it had stood still before it asked, so never too early.
        let at: Duration
        /// From what it was taken.
        let seats: [Seat]

        /// How late a request may be; nil where nobody minds.
        var lateness: Duration? {
            let allowed = seats.compactMap { seat in
                RequestPace(seat.bucket).lateness(after: seat.ticket.wait).map { $0 + seat.room }
            }
            return allowed.min()
        }

        var buckets: [PaceBucket] { seats.map(\.bucket) }
    }
}
