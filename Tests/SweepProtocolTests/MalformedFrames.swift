import SwiftProtobuf

@testable import SweepProtocol

/// Control frames that no encoder of ours writes, with `bulk` behind them.
enum MalformedFrames {
    static func toCoordinator(
        _ bulk: [[UInt8]] = [], _ fill: (inout WireToCoordinator) throws -> Void
    ) throws -> [[UInt8]] {
        var message = WireToCoordinator()
        try fill(&message)
        return [try message.serializedBytes()] + bulk
    }

    static func toPeer(_ bulk: [[UInt8]] = [], _ fill: (inout WireToPeer) throws -> Void) throws -> [[UInt8]] {
        var message = WireToPeer()
        try fill(&message)
        return [try message.serializedBytes()] + bulk
    }

    static func outcome(_ bulk: [[UInt8]] = [], _ fill: (inout WireOutcome) throws -> Void) throws -> [[UInt8]] {
        var outcome = WireOutcome()
        outcome.part = try WireLease(MessageSamples.tile)
        outcome.resultBytes = UInt64(bulk.reduce(0) { $0 + $1.count })
        try fill(&outcome)
        return try toCoordinator(bulk) { message in message.outcomes = .with { $0.outcomes = [outcome] } }
    }

    static func request(_ bulk: [[UInt8]] = [], _ fill: (inout WireRequest) throws -> Void) throws -> [[UInt8]] {
        var request = WireRequest()
        request.protocolVersion = protocolVersion
        request.number = 1
        try fill(&request)
        return try toCoordinator(bulk) { $0.request = request }
    }
}
