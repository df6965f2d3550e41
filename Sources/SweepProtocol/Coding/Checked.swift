internal import SweepModel

/// Values of messages, each given back if it can be one and thrown at otherwise.
enum Checked {
    /// `value` if it is a name, an id or a digest of a possible length.
    static func name(_ value: String, _ what: String) throws(ProtocolError) -> String {
        try text(value, what, atMost: ProtocolLimits.nameBytes)
    }

    /// `value` if it can be the name of an artifact's file: nothing else comes near a file system.
    static func artifact(_ value: String) throws(ProtocolError) -> String {
        guard ArtifactName.isValid(value) else { throw ProtocolError("'\(value.prefix(40))' names no artifact") }
        return value
    }

    /// `count` if a file can have so many bytes.
    static func fileBytes(_ count: UInt64) throws(ProtocolError) -> Int {
        guard count > 0, count <= ProtocolLimits.artifactBytes else {
            throw ProtocolError("an artifact cannot have \(count) bytes")
        }
        return Int(count)
    }

    /// `tickets` if a message may return so many.
    static func tickets(_ tickets: [UInt64]) throws(ProtocolError) -> [UInt64] {
        guard tickets.count <= ProtocolLimits.tickets else {
            throw ProtocolError(
                "\(tickets.count) tickets are in a message, \(ProtocolLimits.tickets) at most were expected")
        }
        return tickets
    }

    /// `value` if it is a text of a possible length.
    static func text(
        _ value: String, _ what: String, atMost limit: Int = ProtocolLimits.textBytes
    ) throws(ProtocolError) -> String {
        guard value.utf8.count <= limit else {
            throw ProtocolError("\(what) has \(value.utf8.count) bytes, \(limit) at most were expected")
        }
        return value
    }

    /// As much of what a person is told as a text may have: no message is lost for being long.
    static func shortened(_ words: String) -> String {
        guard words.utf8.count > ProtocolLimits.textBytes else { return words }
        let ellipsis = "…"
        var end = words.utf8.index(words.startIndex, offsetBy: ProtocolLimits.textBytes - ellipsis.utf8.count)
        while end.samePosition(in: words.unicodeScalars) == nil { end = words.utf8.index(before: end) }
        return words[..<end] + ellipsis
    }

    /// `count` if a message may hold so many items.
    static func items(_ count: Int) throws(ProtocolError) -> Int {
        guard count <= ProtocolLimits.items else {
            throw ProtocolError("\(count) items are in a message, \(ProtocolLimits.items) at most were expected")
        }
        return count
    }

    /// `value` if it is a number from 0 to `limit`; not a number is none.
    static func amount(_ value: Double, _ what: String, atMost limit: Double) throws(ProtocolError) -> Double {
        guard value >= 0, value <= limit else { throw ProtocolError("\(what) cannot be \(value)") }
        return value
    }

    /// `count` if a process can work with so many threads.
    static func threads(_ count: UInt32) throws(ProtocolError) -> Int {
        guard (1...UInt32(ProtocolLimits.threads)).contains(count) else {
            throw ProtocolError("nobody works with \(count) threads")
        }
        return Int(count)
    }

    /// `value` as it is sent, if it is below `limit`.
    static func position(_ value: Int, _ what: String, below limit: Int) throws(ProtocolError) -> UInt32 {
        guard value >= 0, value < limit, let position = UInt32(exactly: value) else {
            throw ProtocolError("\(what) cannot be \(value)")
        }
        return position
    }

    /// `value` as it was received, if it is below `limit`.
    static func position(_ value: UInt32, _ what: String, below limit: Int) throws(ProtocolError) -> Int {
        guard Int(value) < limit else { throw ProtocolError("\(what) cannot be \(value)") }
        return Int(value)
    }

    /// `value` if it is not negative.
    static func cursor(_ value: Int64, _ what: String) throws(ProtocolError) -> Int64 {
        guard value >= 0 else { throw ProtocolError("\(what) cannot be \(value)") }
        return value
    }

    /// The sweep of that number; they are counted from 1.
    static func sweep(_ number: UInt32) throws(ProtocolError) -> SweepID {
        guard number > 0 else { throw ProtocolError("no sweep is named") }
        return SweepID(number)
    }

    /// The range of columns that is sent as its first and its length.
    static func columns(_ first: UInt32, _ count: UInt32) throws(ProtocolError) -> Range<Int> {
        let end = Int(first) + Int(count)
        guard count > 0, end <= ProtocolLimits.blocks else {
            throw ProtocolError("\(count) tiles from column \(first) on cannot be")
        }
        return Int(first)..<end
    }

    /// The first and the length of `columns` as they are sent.
    static func ends(_ columns: Range<Int>) throws(ProtocolError) -> (first: UInt32, count: UInt32) {
        guard !columns.isEmpty, columns.lowerBound >= 0, columns.upperBound <= ProtocolLimits.blocks else {
            throw ProtocolError("tiles from column \(columns.lowerBound) up to \(columns.upperBound) cannot be")
        }
        return (UInt32(columns.lowerBound), UInt32(columns.count))
    }

    /// `thresholds` if values can be clipped at each; infinity stands for none that is.
    static func clipThresholds(_ thresholds: [Double]) throws(ProtocolError) -> [Double] {
        guard thresholds.count <= ProtocolLimits.layers, thresholds.allSatisfy({ $0 >= 0 }) else {
            throw ProtocolError("the \(thresholds.count) clip thresholds cannot be")
        }
        return thresholds
    }

    /// `bytes` if they can be float64 end to end.
    static func scores(_ bytes: [UInt8]) throws(ProtocolError) -> [UInt8] {
        guard bytes.count.isMultiple(of: 8) else { throw ProtocolError("\(bytes.count) bytes are no scores") }
        return bytes
    }
}
