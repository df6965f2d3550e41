internal import SweepModel

extension WireOutcomes {
    /// The control frame's part of `outcomes`; their results go to `bulk`.
    init(_ outcomes: [LeaseOutcome], bulk: inout BulkWriter) throws(ProtocolError) {
        self.outcomes.reserveCapacity(try Checked.items(outcomes.count))
        var parsedBytes = 0
        for outcome in outcomes {
            let result = try outcome.resultBytes()
            if case .tiles = outcome.result {} else { parsedBytes += result.count }
            bulk.append(result)
            var message = WireOutcome()
            message.part = try WireLease(outcome.part)
            message.resultBytes = UInt64(result.count)
            if case .failure = outcome.result { message.isFailure = true }
            message.seconds = try outcomeSeconds(outcome.seconds)
            message.flops = try outcomeFlops(outcome.flops)
            self.outcomes.append(message)
        }
        try checkParsed(parsedBytes)
    }
}

extension LeaseOutcome {
    /// The outcomes that `message` announces in `bulk`.
    static func list(_ message: WireOutcomes, bulk: inout BulkReader) throws(ProtocolError) -> [LeaseOutcome] {
        var list: [LeaseOutcome] = []
        list.reserveCapacity(try Checked.items(message.outcomes.count))
        var parsedBytes = 0
        for outcome in message.outcomes {
            let part = try Lease(outcome.part)
            let bytes = try bulk.take(outcome.resultBytes)
            let result: Result
            if case .tiles = part.work, !outcome.isFailure {
                result = .tiles(try Checked.scores(bytes))
            } else {
                parsedBytes += bytes.count
                try checkParsed(parsedBytes)
                result = try parsedResult(bytes, of: part.work, isFailure: outcome.isFailure)
            }
            list.append(
                LeaseOutcome(
                    part: part, result: result, seconds: try outcomeSeconds(outcome.seconds),
                    flops: try outcomeFlops(outcome.flops)))
        }
        return list
    }

    private static func parsedResult(
        _ bytes: [UInt8], of work: LeasedWork, isFailure: Bool
    ) throws(ProtocolError) -> Result {
        if isFailure { return .failure(try Complaint(try parsed(bytes))) }
        switch work {
        case .survey: return .survey(try ModelSurvey(try parsed(bytes)))
        case .layer: return .layer(try LayerSummary(try parsed(bytes)))
        case .step:
            guard bytes.isEmpty else { throw ProtocolError("a step has a result") }
            return .step
        case .tiles: throw ProtocolError("tiles have scores")
        }
    }

    /// What stands in the bulk frames; throws where the result is not one of the work.
    fileprivate func resultBytes() throws(ProtocolError) -> [UInt8] {
        switch (result, part.work) {
        case (.survey(let found), .survey): try serialized(try WireSurvey(found))
        case (.layer(let found), .layer): try serialized(try WireLayerArtifacts(found))
        case (.step, .step): []
        case (.tiles(let bytes), .tiles): try Checked.scores(bytes)
        case (.failure(let complaint), _): try serialized(WireFailure(complaint))
        default: throw ProtocolError("the outcome does not fit its work")
        }
    }
}

private func outcomeSeconds(_ value: Double) throws(ProtocolError) -> Double {
    try Checked.amount(value, "an outcome's seconds", atMost: ProtocolLimits.seconds)
}

private func outcomeFlops(_ value: Double) throws(ProtocolError) -> Double {
    try Checked.amount(value, "an outcome's operations", atMost: ProtocolLimits.flops)
}

/// Throws where the surveys, layers and failures of one message would fill the memory.
private func checkParsed(_ bytes: Int) throws(ProtocolError) {
    guard bytes <= ProtocolLimits.parsedBytes else {
        throw ProtocolError("the outcomes have more than \(ProtocolLimits.parsedBytes) bytes beside scores")
    }
}
